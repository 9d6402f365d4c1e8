/** A square button with only an icon: it always has a name, shown as a tooltip with its key. */
import { Tooltip } from 'antd';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './IconButton.module.css';

type Props = Omit<ComponentProps<'button'>, 'children'> & {
  icon: LucideIcon;
  label: string;
  keys?: string;
  size?: number;
  pressed?: boolean;
  tone?: 'plain' | 'soft' | 'danger';
};

export function IconButton({
  icon: Icon,
  label,
  keys,
  size = 18,
  pressed,
  tone = 'plain',
  className,
  ...rest
}: Props) {
  return (
    <Tooltip
      title={keys ? `${label} · ${keys}` : label}
      mouseEnterDelay={0.5}
      classNames={{ root: styles.tip }}
    >
      <button
        type="button"
        {...rest}
        className={`${styles.button} ${className ?? ''}`}
        data-tone={pressed ? 'soft' : tone}
        aria-label={label}
        aria-pressed={pressed}
      >
        <Icon size={size} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
