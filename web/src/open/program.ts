/** What can be done to a robot or a bot that exists: the menu of its row. */
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAttempt } from './attempt';

type Program = { id: string; name: string; is_on: boolean };

/** The requests one kind of program is changed by. */
type Requests<P extends Program> = {
  change: (id: string, change: { is_on: boolean }) => Promise<unknown>;
  rotate: (id: string) => Promise<P>;
  remove: (id: string) => Promise<unknown>;
};

type Plan<P extends Program> = {
  kind: 'robots' | 'bots';
  program: P;
  requests: Requests<P>;
  /** Opens what it is called and does, to be changed. */
  onChange: () => void;
  /** Shows what is said once. */
  onOnce: (fresh: P) => void;
};

/** The menu of one program. */
export function useProgramMenu<P extends Program>({ kind, program, requests, onChange, onOnce }: Plan<P>) {
  const { t } = useTranslation(['open', 'ui']);
  const { modal } = App.useApp();
  const { attempt } = useAttempt();
  const { id, name, is_on } = program;
  /** What other programs would notice is asked first. */
  const ask = (what: 'rotate' | 'remove', run: () => Promise<unknown>) =>
    void modal.confirm({
      title: t(`open:${kind}.${what}Title`, { name }),
      content: t(`open:${kind}.${what}Detail`),
      okText: t(`open:${kind}.${what}`),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: run,
    });
  const rotate = async () => {
    const fresh = await attempt(() => requests.rotate(id));
    if (fresh) onOnce(fresh);
  };
  return [
    { key: 'change', label: t(`open:${kind}.change`), onClick: onChange },
    {
      key: 'turn',
      label: t(is_on ? 'open:robots.turnOff' : 'open:robots.turnOn'),
      onClick: () => void attempt(() => requests.change(id, { is_on: !is_on })),
    },
    { key: 'rotate', label: t(`open:${kind}.rotate`), onClick: () => ask('rotate', rotate) },
    { key: 'line', type: 'divider' as const },
    {
      key: 'remove',
      danger: true,
      label: t(`open:${kind}.remove`),
      onClick: () => ask('remove', () => attempt(() => requests.remove(id))),
    },
  ];
}
