/** A menu at a point of the page; on phones a sheet from below. Gives focus back where it came from. */
import { Drawer, Dropdown } from 'antd';
import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useNarrow } from '@/lib';
import styles from './FloatingMenu.module.css';

export type MenuItem =
  | { key: string; divider: true }
  | { key: string; divider?: never; icon: LucideIcon; label: string; danger?: boolean; run: () => void };

type Props = {
  title: string;
  at: { x: number; y: number };
  items: MenuItem[];
  /** Drawn above the rows. */
  head?: ReactNode;
  onClose: () => void;
};

/** Focus returns only if nobody else has taken it meanwhile. */
function useReturn(): void {
  const from = useRef<Element | null>(document.activeElement);
  useEffect(() => {
    const before = from.current;
    return () => {
      setTimeout(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
      });
    };
  }, []);
}

const rowPx = 36;
const linePx = 9;
const headPx = 60;
const edgePx = 12;

/** Long menus are not turned over at the lower edge but moved up: the whole of them stays in the window. */
function topOf(y: number, items: readonly MenuItem[], head: ReactNode): number {
  const rows = items.reduce((sum, item) => sum + (item.divider ? linePx : rowPx), edgePx);
  const height = rows + (head ? headPx : 0);
  return Math.max(edgePx, Math.min(y, window.innerHeight - height - edgePx));
}

export function FloatingMenu({ title, at, items, head, onClose }: Props) {
  const narrow = useNarrow();
  useReturn();
  if (narrow) {
    return (
      <Drawer
        open
        onClose={onClose}
        placement="bottom"
        size="auto"
        closable={false}
        className="sheet"
        aria-label={title}
        styles={{ body: { padding: '8px 8px calc(8px + env(safe-area-inset-bottom))' } }}
      >
        {head}
        {items.map((item) =>
          item.divider ? (
            <hr key={item.key} className={styles.line} />
          ) : (
            <button
              key={item.key}
              type="button"
              className={styles.row}
              data-danger={item.danger || undefined}
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              <item.icon size={20} strokeWidth={1.75} aria-hidden="true" />
              {item.label}
            </button>
          ),
        )}
      </Drawer>
    );
  }
  return (
    <Dropdown
      open
      autoFocus
      trigger={['click']}
      placement="bottomLeft"
      autoAdjustOverflow={{ adjustX: 1, adjustY: 0 }}
      onOpenChange={(wanted) => {
        if (!wanted) onClose();
      }}
      popupRender={(menu) =>
        head ? (
          <div className={styles.popup}>
            {head}
            {menu}
          </div>
        ) : (
          menu
        )
      }
      menu={{
        'aria-label': title,
        items: items.map((item) =>
          item.divider
            ? { key: item.key, type: 'divider' as const }
            : {
                key: item.key,
                danger: item.danger,
                icon: <item.icon size={16} strokeWidth={1.75} aria-hidden="true" />,
                label: item.label,
                onClick: ({ domEvent }) => {
                  domEvent.stopPropagation();
                  onClose();
                  item.run();
                },
              },
        ),
      }}
    >
      <span className={styles.point} style={{ left: at.x, top: topOf(at.y, items, head) }} />
    </Dropdown>
  );
}
