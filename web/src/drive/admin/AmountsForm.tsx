/** How much room there is and how long things are kept: typed, and saved together. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type DriveSettings } from '@/api';
import { type Rules, useFields } from '@/lib';
import { Field, SettingGroup, useErrorWords } from '@/ui';
import { driveSettingsQuery, saveDriveSettings } from '../api';
import styles from './Admin.module.css';
import { type Amounts, amountIn, amountsOf, bounds, isSize, type Typed, typed, withAmounts } from './amounts';

const groups: Record<string, Typed[]> = {
  room: ['member_quota_bytes', 'organisation_quota_bytes'],
  keeping: ['retention_days', 'bin_days', 'versions_kept'],
};
const isTyped = (name: string | undefined): name is Typed => typed.some((one) => one === name);

export function AmountsForm({ settings }: { settings: DriveSettings }) {
  const { t } = useTranslation(['drive', 'ui']);
  const client = useQueryClient();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const [failure, setFailure] = useState<string>();
  const rule = (name: Typed) => (value: string) => {
    const [min, max] = bounds[name];
    if (amountIn(name, value) !== null) return undefined;
    return t(isSize(name) ? 'drive:admin.wrongSize' : 'drive:admin.wrongCount', { min, max });
  };
  const rules = Object.fromEntries(typed.map((name) => [name, rule(name)])) as Rules<Amounts>;
  const form = useFields<Amounts>(amountsOf(settings), rules);
  const held = amountsOf(settings);
  const isChanged = typed.some((name) => form.values[name].trim() !== held[name]);
  const save = async () => {
    const wished = form.check() ? withAmounts(settings, form.values) : null;
    if (!wished) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const saved = await saveDriveSettings(wished);
      client.setQueryData(driveSettingsQuery.queryKey, saved);
      form.reset(amountsOf(saved));
      setSaved(true);
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined;
      if (isTyped(field)) form.refuse(field, words(error));
      else setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {Object.entries(groups).map(([group, names]) => (
        <SettingGroup key={group} title={t(`drive:admin.${group}`)}>
          <div className={styles.fields}>
            {names.map((name) => (
              <Field
                key={name}
                label={t(`drive:admin.${name}`)}
                help={bounds[name][0] === 0 ? t(`drive:admin.${isSize(name) ? 'noBound' : 'forEver'}`) : null}
                error={form.error(name)}
              >
                {(props) => (
                  <Input
                    {...props}
                    value={form.values[name]}
                    inputMode={isSize(name) ? 'decimal' : 'numeric'}
                    autoComplete="off"
                    suffix={t(
                      `drive:admin.unit.${name === 'versions_kept' ? 'versions' : isSize(name) ? 'size' : 'days'}`,
                    )}
                    onChange={(event) => {
                      form.set(name, event.target.value);
                      setSaved(false);
                    }}
                    onBlur={() => form.leave(name)}
                  />
                )}
              </Field>
            ))}
          </div>
        </SettingGroup>
      ))}
      {failure ? (
        <p className={styles.failure} role="alert">
          {failure}
        </p>
      ) : null}
      <div className={styles.foot}>
        <span className={styles.saved} role="status">
          {isSaved && !isChanged ? (
            <>
              <Check size={16} strokeWidth={1.75} aria-hidden="true" />
              {t('drive:admin.saved')}
            </>
          ) : null}
        </span>
        <Button type="primary" htmlType="submit" loading={busy} disabled={!isChanged}>
          {t('ui:save')}
        </Button>
      </div>
    </form>
  );
}
