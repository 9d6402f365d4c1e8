/** Gives somebody who forgot a new password. */
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Member, type PasswordIsReset } from '@/api';
import { Sheet, useErrorWords, useToast } from '@/ui';
import { NewPassword } from './NewPassword';

export function ResetPasswordDialog({ member, onClose }: { member: Member | null; onClose: () => void }) {
  const { t } = useTranslation(['org', 'ui']);
  const toast = useToast();
  const words = useErrorWords();
  const [password, setPassword] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (member) setPassword(undefined);
  }, [member]);
  const reset = async () => {
    if (!member) return;
    setBusy(true);
    try {
      const answer = await api.post<PasswordIsReset>(`/api/org/members/${member.id}/reset-password`, {});
      setPassword(answer.password);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    } finally {
      setBusy(false);
    }
  };
  const footer = password
    ? [
        <Button key="done" type="primary" onClick={onClose}>
          {t('ui:done')}
        </Button>,
      ]
    : [
        <Button key="cancel" onClick={onClose}>
          {t('ui:cancel')}
        </Button>,
        <Button key="reset" type="primary" loading={busy} onClick={() => void reset()}>
          {t('org:admin.resetPassword')}
        </Button>,
      ];
  return (
    <Sheet
      open={member !== null}
      title={t('org:admin.resetTitle', { name: member?.name })}
      onClose={onClose}
      footer={footer}
    >
      <p>{t(password ? 'org:admin.resetDone' : 'org:admin.resetDetail')}</p>
      {password && member ? <NewPassword username={member.username} password={password} /> : null}
    </Sheet>
  );
}
