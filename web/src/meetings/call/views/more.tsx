/** The entries of the "more" menu that are nowhere else in the bar. */
import type { MenuProps } from 'antd';
import {
  Activity,
  Keyboard,
  LayoutGrid,
  Maximize,
  Minimize,
  Music,
  PictureInPicture2,
  SquareUser,
  UserPlus,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCall, useCallState } from './context';
import { useFullScreen } from './hooks';

export interface MoreActs {
  readonly phone: boolean;
  showKeys(): void;
  /** Opens or closes the small window; null where the browser has none. */
  readonly toggleMiniWindow: (() => void) | null;
}

type Items = NonNullable<MenuProps['items']>;

export function useMoreItems({ phone, showKeys, toggleMiniWindow }: MoreActs): Items {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const layout = useCallState((state) => state.layout);
  const music = useCallState((state) => state.musicMode);
  const screen = useFullScreen();
  const entry = (key: string, Icon: typeof Activity, label: string, onClick: () => void): Items[number] => ({
    key,
    label,
    icon: <Icon size={16} strokeWidth={1.75} />,
    onClick,
  });
  const other = layout === 'grid' ? 'speaker' : 'grid';
  return [
    entry('invite', UserPlus, t('call.more.invite'), () => call.setPanel('invite')),
    entry('layout', other === 'grid' ? LayoutGrid : SquareUser, t(`call.layout.use.${other}`), () =>
      call.setLayout(other),
    ),
    ...(toggleMiniWindow
      ? [entry('mini', PictureInPicture2, t('call.more.miniWindow'), toggleMiniWindow)]
      : []),
    ...(screen.possible
      ? [
          entry(
            'screen',
            screen.on ? Minimize : Maximize,
            t(screen.on ? 'call.leaveFullScreen' : 'call.fullScreen'),
            screen.toggle,
          ),
        ]
      : []),
    entry(
      'music',
      Music,
      t(music ? 'call.more.musicOff' : 'call.more.musicOn'),
      () => void call.setMusicMode(!music),
    ),
    entry('statistics', Activity, t('call.more.statistics'), () => call.setPanel('statistics')),
    ...(phone ? [] : [entry('keys', Keyboard, t('call.more.keys'), showKeys)]),
  ];
}
