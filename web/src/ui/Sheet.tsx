/** A dialog on large windows, a sheet from below on phones. Gives focus back where it came from. */
import { Drawer, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useNarrow } from '@/lib';

type Props = {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: 440 | 560 | 720;
};

export function Sheet({ open, title, onClose, children, footer, width = 440 }: Props) {
  const narrow = useNarrow();
  if (narrow) {
    return (
      <Drawer
        open={open}
        onClose={onClose}
        title={title}
        placement="bottom"
        size="auto"
        footer={footer}
        destroyOnHidden
        className="sheet"
        styles={{ body: { padding: 16 }, section: { maxHeight: '92dvh' } }}
      >
        {children}
      </Drawer>
    );
  }
  return (
    <Modal
      open={open}
      onCancel={onClose}
      title={title}
      footer={footer ?? null}
      width={width}
      centered
      destroyOnHidden
      mask={{ blur: false }}
    >
      {children}
    </Modal>
  );
}
