/** Says what is new: a toast, or a system notice while nobody looks at the page; counts in the page’s title. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMaybeMe, useServerEvent } from '@/api';
import { isSharing, notify } from '@/lib';
import { useToast } from '@/ui';
import { noticesQuery, notifyKey, useNoticeActs } from './api';
import { type Pages, unreadIn, withNew } from './model';
import { Pushes } from './push/Pushes';
import { useQuiet } from './quiet';
import { useTitleCount } from './title';
import { wordsOf } from './words';

/** `apart` opens what a notice is about in a window of its own: nobody leaves a call by a click on a toast. */
export default function Live({ apart = false }: { apart?: boolean }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const me = useMaybeMe();
  const isQuiet = useQuiet();
  const { read } = useNoticeActs();
  const unread = unreadIn(useInfiniteQuery(noticesQuery).data);
  useTitleCount('notify', unread);

  useServerEvent('notify.new', ({ notice, unread }) => {
    // A list that is on its way may have been written before this notice was.
    if (client.isFetching(noticesQuery) > 0) void client.invalidateQueries(noticesQuery);
    else
      client.setQueryData<Pages>(noticesQuery.queryKey, (pages) => pages && withNew(pages, notice, unread));
    // A device need not be told that it has just signed in itself.
    if (notice.data.session_id === me?.session_id || isQuiet()) return;
    const { headline, about, when } = wordsOf(t, notice, Date.now(), i18n.language);
    const joined = (...parts: string[]) => parts.filter(Boolean).join(' · ');
    const go = () => {
      void read(notice);
      if (apart) window.open(notice.link, '_blank', 'noopener');
      else router.history.push(notice.link);
    };
    if (document.visibilityState === 'visible') {
      const said = joined(headline, about, when);
      void isSharing().then((sharing) => {
        if (!sharing) toast({ words: said, waits: true, act: { label: t('notify:look'), run: go } });
      });
    } else notify(headline, { body: joined(about, when), tag: notice.subject, onOpen: go });
  });
  useServerEvent('notify.read', () => void client.invalidateQueries({ queryKey: notifyKey }));
  return <Pushes />;
}
