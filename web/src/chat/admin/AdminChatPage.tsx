/** What the organisation lets its conversations do. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { AdminFrame } from '@/org';
import { Failure, Setting, SettingGroup, Settings, SkeletonRows, Tag, useErrorWords, useToast } from '@/ui';
import { type ChatSettings, chatSettingsQuery, saveChatSettings } from '../api';
import { Groups } from './Groups';

const switches = ['read_lists', 'link_previews'] as const;

export default function AdminChatPage() {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const settings = useQuery(chatSettingsQuery);
  const { queryKey } = chatSettingsQuery;
  const wish = async (change: Partial<ChatSettings>) => {
    const before = client.getQueryData(queryKey);
    if (!before) return;
    const { read_lists, link_previews } = { ...before, ...change };
    client.setQueryData(queryKey, { ...before, ...change });
    try {
      await saveChatSettings({ read_lists, link_previews });
    } catch (error) {
      client.setQueryData(queryKey, before);
      toast({ tone: 'failed', words: words(error) });
    }
  };
  const { data } = settings;
  return (
    <AdminFrame page="/admin/chat">
      <Settings>
        {settings.isError && !data ? (
          <Failure error={settings.error} onRetry={() => void settings.refetch()} compact />
        ) : null}
        {settings.isPending ? <SkeletonRows rows={3} height={60} avatar={false} /> : null}
        {data ? (
          <SettingGroup title={t('admin.rules')}>
            {switches.map((name) => (
              <Setting key={name} name={t(`admin.${name}`)} detail={t(`admin.${name}_detail`)}>
                <Switch
                  checked={data[name]}
                  aria-label={t(`admin.${name}`)}
                  onChange={(on) => void wish({ [name]: on })}
                />
              </Setting>
            ))}
            <Setting name={t('admin.translate')} detail={t('admin.translate_detail')}>
              <Tag tone={data.can_translate ? 'success' : 'plain'}>
                {t(data.can_translate ? 'admin.on' : 'admin.off')}
              </Tag>
            </Setting>
          </SettingGroup>
        ) : null}
        <Groups />
      </Settings>
    </AdminFrame>
  );
}
