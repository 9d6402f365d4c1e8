/** What the organisation allows of pushes. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { AdminFrame } from '@/org';
import { Failure, Setting, SettingGroup, Settings, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { type PushPolicy, policyQuery, savePolicy } from './push/api';

export default function AdminPushPage() {
  const { t } = useTranslation('notify');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const policy = useQuery(policyQuery);
  const { queryKey } = policyQuery;
  const wish = async (wished: PushPolicy) => {
    const before = client.getQueryData(queryKey);
    client.setQueryData(queryKey, wished);
    try {
      await savePolicy(wished);
    } catch (error) {
      client.setQueryData(queryKey, before);
      toast({ tone: 'failed', words: words(error) });
    }
  };
  const { data } = policy;
  return (
    <AdminFrame page="/admin/push">
      <Settings>
        {policy.isError && !data ? (
          <Failure error={policy.error} onRetry={() => void policy.refetch()} compact />
        ) : null}
        {policy.isPending ? <SkeletonRows rows={2} height={60} avatar={false} /> : null}
        {data ? (
          <SettingGroup title={t('policy.group')}>
            <Setting name={t('policy.allowed')} detail={t('policy.allowedDetail')}>
              <Switch
                checked={data.push_allowed}
                aria-label={t('policy.allowed')}
                onChange={(push_allowed) => void wish({ ...data, push_allowed })}
              />
            </Setting>
            <Setting name={t('policy.hide')} detail={t('policy.hideDetail')}>
              <Switch
                checked={data.hide_content}
                disabled={!data.push_allowed}
                aria-label={t('policy.hide')}
                onChange={(hide_content) => void wish({ ...data, hide_content })}
              />
            </Setting>
          </SettingGroup>
        ) : null}
      </Settings>
    </AdminFrame>
  );
}
