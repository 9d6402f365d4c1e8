/** A line about oneself that others see beside the name. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Me, meKey, useMe } from '@/api';
import { Sheet, useErrorWords, useToast } from '@/ui';
import styles from './StatusDialog.module.css';

const lengthMax = 60;
const presetNames = ['focus', 'home', 'trip', 'leave'] as const;

/** Shows a change of one's own profile at once, and takes it back when the office refuses. */
export function usePatchMe() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  return async (change: Partial<Me['member']>): Promise<boolean> => {
    // An answer that was asked for before the change would take it back for a moment.
    await client.cancelQueries({ queryKey: meKey });
    const before = client.getQueryData<Me>(meKey);
    if (before) client.setQueryData<Me>(meKey, { ...before, member: { ...before.member, ...change } });
    try {
      await api.patch('/api/org/me', change);
      return true;
    } catch (error) {
      client.setQueryData(meKey, before);
      toast({ tone: 'failed', words: words(error) });
      return false;
    }
  };
}

export function StatusDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['app', 'ui']);
  const { member } = useMe();
  const patch = usePatchMe();
  const [text, setText] = useState(member.status_text ?? '');
  useEffect(() => {
    if (open) setText(member.status_text ?? '');
  }, [open, member.status_text]);
  const save = (status: string) => {
    onClose();
    void patch({ status_text: status.trim() });
  };
  const presets = presetNames.map((name) => t(`app:status.presets.${name}`));
  return (
    <Sheet
      open={open}
      title={t('app:status.title')}
      onClose={onClose}
      footer={
        <div className={styles.foot}>
          {member.status_text ? <Button onClick={() => save('')}>{t('app:status.clear')}</Button> : null}
          <span className={styles.space} />
          <Button onClick={onClose}>{t('ui:cancel')}</Button>
          <Button type="primary" onClick={() => save(text)}>
            {t('ui:save')}
          </Button>
        </div>
      }
    >
      <Input
        autoFocus
        size="large"
        value={text}
        maxLength={lengthMax}
        aria-label={t('app:status.title')}
        placeholder={t('app:status.placeholder')}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={() => save(text)}
      />
      <div className={styles.presets}>
        {presets.map((preset) => (
          <button key={preset} type="button" className={styles.preset} onClick={() => setText(preset)}>
            {preset}
          </button>
        ))}
      </div>
    </Sheet>
  );
}
