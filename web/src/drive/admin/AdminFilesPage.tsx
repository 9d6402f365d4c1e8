/** What the organisation allows of files, and the files of those who left. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DriveSettings } from '@/api';
import { AdminFrame } from '@/org';
import { Failure, Setting, SettingGroup, Settings, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { driveSettingsQuery, saveDriveSettings } from '../api';
import styles from './Admin.module.css';
import { AmountsForm } from './AmountsForm';
import { Left } from './Left';

export default function AdminFilesPage() {
  const { t } = useTranslation('drive');
  const settings = useQuery(driveSettingsQuery);
  const { data } = settings;
  return (
    <AdminFrame page="/admin/files">
      <Settings>
        {settings.isError && !data ? (
          <Failure error={settings.error} onRetry={() => void settings.refetch()} compact />
        ) : null}
        {settings.isPending ? <SkeletonRows rows={5} height={60} avatar={false} /> : null}
        {data ? (
          <div className={styles.page}>
            <AmountsForm settings={data} />
            <SettingGroup title={t('admin.outside')}>
              <LinksAllowed settings={data} />
            </SettingGroup>
            <Left />
          </div>
        ) : null}
      </Settings>
    </AdminFrame>
  );
}

function LinksAllowed({ settings }: { settings: DriveSettings }) {
  const { t } = useTranslation('drive');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const { queryKey } = driveSettingsQuery;
  const allow = async (links_allowed: boolean) => {
    client.setQueryData(queryKey, { ...settings, links_allowed });
    try {
      await saveDriveSettings({ ...settings, links_allowed });
    } catch (error) {
      client.setQueryData(queryKey, settings);
      toast({ tone: 'failed', words: words(error) });
    }
  };
  return (
    <Setting name={t('admin.links')} detail={t('admin.linksDetail')}>
      <Switch
        checked={settings.links_allowed}
        aria-label={t('admin.links')}
        onChange={(on) => void allow(on)}
      />
    </Setting>
  );
}
