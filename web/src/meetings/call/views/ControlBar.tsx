/** The bar under the stage. What it shows is decided in `controls.ts`; the order never changes. */
import { Dropdown, Popover, Tooltip } from 'antd';
import {
  Ellipsis,
  Hand,
  LoaderCircle,
  type LucideIcon,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  PhoneOff,
  ShieldCheck,
  Smile,
  Users,
  Video,
  VideoOff,
} from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { barInputs, barOf, type Control, type ControlId, isOff } from '../controls';
import type { OwnMedia } from '../state';
import styles from './ControlBar.module.css';
import { useCall, useCallState } from './context';
import { DeviceMenu } from './DeviceMenu';
import { useSize } from './hooks';
import { type LeaveAsk, LeaveMenu } from './LeaveMenu';
import { type MoreActs, useMoreItems } from './more';
import { ReactionPicker } from './ReactionPicker';

const icons: Record<ControlId, LucideIcon> = {
  share: MonitorUp,
  react: Smile,
  hand: Hand,
  chat: MessageSquare,
  people: Users,
  host: ShieldCheck,
};

const keys: Record<ControlId, string> = {
  share: 'S',
  react: 'R',
  hand: 'H',
  chat: 'C',
  people: 'P',
  host: '',
};

/** Widths of what always stays: devices at the left, leave at the right, mirrored so that the middle is the middle. */
const SIDE_PX = 232;
const PLACE_PX = 78;
const PLACE_BARE_PX = 56;
/** Below this width labels become tooltips. */
const LABELS_FROM_PX = 900;

export interface Openings {
  readonly reacting: boolean;
  setReacting(open: boolean): void;
  readonly leaving: LeaveAsk;
  setLeaving(ask: LeaveAsk): void;
}

type Props = { phone: boolean; canShare: boolean; openings: Openings; more: MoreActs };

export const ControlBar = memo(function ControlBar({ phone, canShare, openings, more }: Props) {
  const call = useCall();
  useCallState(barInputs);
  const state = call.state();
  const [ref, { width }] = useSize<HTMLElement>();
  const bare = !phone && width > 0 && width < LABELS_FROM_PX;
  const middle = width - 2 * (bare ? 190 : SIDE_PX);
  const places = width === 0 ? 6 : Math.max(2, Math.floor(middle / (bare ? PLACE_BARE_PX : PLACE_PX)) - 1);
  const bar = barOf(state, { places, phone, canShare });
  const { t } = useTranslation('meetings');
  return (
    <section
      ref={ref}
      className={styles.bar}
      data-phone={phone || undefined}
      data-bare={bare || undefined}
      aria-label={t('call.controls')}
    >
      {openings.reacting && bar.more.some((one) => one.id === 'react') ? (
        <div className={styles.aside}>
          <ReactionPicker onDone={() => openings.setReacting(false)} />
        </div>
      ) : null}
      <div className={styles.left}>
        <OwnMediaButton what="microphone" phone={phone} />
        <OwnMediaButton what="camera" phone={phone} />
      </div>
      <div className={styles.middle}>
        {bar.shown.map((control) => (
          <ControlButton key={control.id} control={control} phone={phone} openings={openings} />
        ))}
        <More more={more} hidden={bar.more} openings={openings} badge={phone ? state.unread : 0} />
      </div>
      <div className={styles.right}>
        <LeaveMenu ask={openings.leaving} onAsk={openings.setLeaving}>
          <button
            type="button"
            className={styles.control}
            data-look="leave"
            aria-label={t('call.control.leaveLabel')}
          >
            <span className={styles.icon}>
              <PhoneOff size={20} strokeWidth={1.75} aria-hidden="true" />
            </span>
            <span className={styles.word}>{t('call.control.leave')}</span>
          </button>
        </LeaveMenu>
      </div>
    </section>
  );
});

type OwnMediaProps = { what: 'microphone' | 'camera'; phone: boolean };

const OwnMediaButton = memo(function OwnMediaButton({ what, phone }: OwnMediaProps) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const media = useCallState((state) => state[what]);
  const off = isOff(media);
  const [On, Off] = what === 'microphone' ? [Mic, MicOff] : [Video, VideoOff];
  const Icon = off ? Off : On;
  const toggle = () => void (what === 'microphone' ? call.toggleMicrophone() : call.toggleCamera());
  const word = t(`call.control.${what}${off ? 'Off' : 'On'}`);
  return (
    <div className={styles.pair}>
      <Tooltip
        title={`${t(`call.control.${what}Label.${wordOf(media)}`)} · ${what === 'microphone' ? 'M' : 'V'}`}
        mouseEnterDelay={0.5}
      >
        <button
          type="button"
          className={styles.control}
          data-look={off ? 'off' : media === 'starting' ? 'busy' : 'plain'}
          aria-label={t(`call.control.${what}Label.${wordOf(media)}`)}
          onClick={toggle}
        >
          <span className={styles.icon}>
            {media === 'starting' ? (
              <LoaderCircle className={styles.spin} size={20} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
            )}
            {media === 'refused' || media === 'missing' || media === 'failed' ? (
              <i className={styles.warn}>!</i>
            ) : null}
          </span>
          <span className={styles.word}>{word}</span>
        </button>
      </Tooltip>
      {phone ? null : <DeviceMenu what={what} />}
    </div>
  );
});

const wordOf = (media: OwnMedia): string => (media === 'starting' ? 'on' : media);

type ControlProps = { control: Control; phone: boolean; openings: Openings };

/** The bar is computed anew for every news; a control is drawn anew only when it is another one. */
function isSameControl(a: ControlProps, b: ControlProps): boolean {
  const fields = ['id', 'look', 'badge', 'reason'] as const;
  return (
    a.phone === b.phone &&
    a.openings === b.openings &&
    fields.every((field) => a.control[field] === b.control[field])
  );
}

const ControlButton = memo(function ControlButton({ control, phone, openings }: ControlProps) {
  const { t } = useTranslation('meetings');
  const run = useRun(openings);
  const Icon = icons[control.id];
  const count = useCallState((state) => (control.id === 'people' ? Object.keys(state.people).length : 0));
  const state = control.look === 'active' ? 'active' : 'plain';
  const word = t(`call.control.${control.id}.${state}`, { count });
  const label = t(`call.control.${control.id}.label.${state}`, { count, unread: control.badge });
  const reason = control.reason ? t(`call.control.${control.reason}`) : null;
  const shown = !phone && control.id === 'people' ? `${word} ${count}` : word;
  const button = (
    <button
      type="button"
      className={styles.control}
      data-look={control.look}
      aria-label={reason ? `${label}, ${reason}` : label}
      aria-pressed={control.id === 'react' ? undefined : control.look === 'active'}
      aria-disabled={control.look === 'barred' || undefined}
      onClick={() => (control.look === 'barred' ? undefined : run(control.id))}
    >
      <span className={styles.icon}>
        {control.look === 'busy' ? (
          <LoaderCircle className={styles.spin} size={20} strokeWidth={1.75} aria-hidden="true" />
        ) : (
          <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
        )}
        {control.badge > 0 ? (
          <i className={styles.badge}>{control.badge > 99 ? '99+' : control.badge}</i>
        ) : null}
      </span>
      <span className={styles.word}>{shown}</span>
    </button>
  );
  if (control.id === 'react')
    return (
      <Popover
        trigger="click"
        open={openings.reacting}
        onOpenChange={openings.setReacting}
        content={<ReactionPicker onDone={() => openings.setReacting(false)} />}
        styles={{ container: { padding: 6, borderRadius: 999, background: 'var(--stageControl)' } }}
        arrow={false}
      >
        {button}
      </Popover>
    );
  const tip = reason ?? (keys[control.id] ? `${label} · ${keys[control.id]}` : label);
  return (
    <Tooltip title={tip} mouseEnterDelay={0.5}>
      {button}
    </Tooltip>
  );
}, isSameControl);

function useRun(openings: Openings): (id: ControlId) => void {
  const call = useCall();
  return (id) => {
    switch (id) {
      case 'share':
        return void call.toggleShare();
      case 'react':
        return openings.setReacting(true);
      case 'hand':
        return void call.toggleHand();
      case 'chat':
      case 'people':
      case 'host':
        return call.togglePanel(id);
    }
  };
}

type MoreProps = { more: MoreActs; hidden: readonly Control[]; openings: Openings; badge: number };

function More({ more, hidden, openings, badge }: MoreProps) {
  const { t } = useTranslation('meetings');
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const run = useRun(openings);
  const count = useCallState((state) => Object.keys(state.people).length);
  const items = useMoreItems(more);
  const moved = hidden.map((control) => {
    const Icon = icons[control.id];
    const word = t(`call.control.${control.id}.${control.look === 'active' ? 'active' : 'plain'}`, { count });
    return {
      key: control.id,
      icon: <Icon size={16} strokeWidth={1.75} />,
      disabled: control.look === 'barred',
      label: control.badge > 0 ? `${word} · ${control.badge}` : word,
      onClick: () => run(control.id),
    };
  });
  return (
    <Dropdown
      trigger={['click']}
      placement="top"
      autoFocus
      open={open}
      onOpenChange={setOpen}
      menu={{
        items: moved.length > 0 ? [...moved, { type: 'divider' as const }, ...items] : items,
        // What an entry opens gives the focus back to where the menu came from.
        onClick: () => button.current?.focus(),
      }}
    >
      <button
        ref={button}
        type="button"
        className={styles.control}
        data-look={open ? 'active' : 'plain'}
        aria-label={t('call.control.moreLabel')}
      >
        <span className={styles.icon}>
          <Ellipsis size={20} strokeWidth={1.75} aria-hidden="true" />
          {badge > 0 ? <i className={styles.badge}>{badge > 99 ? '99+' : badge}</i> : null}
        </span>
        <span className={styles.word}>{t('call.control.more')}</span>
      </button>
    </Dropdown>
  );
}
