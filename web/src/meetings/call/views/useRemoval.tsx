/** Removing somebody is felt by them: it asks first, and the button names the act. */
import { Button, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall } from './context';

export function useRemoval(): { removal: ReactNode; askToRemove: (identity: string, name: string) => void } {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const [asked, setAsked] = useState<{ identity: string; name: string } | null>(null);
  const close = () => setAsked(null);
  const remove = () => {
    if (asked) void call.remove(asked.identity);
    close();
  };
  const removal = (
    <Modal
      open={asked !== null}
      title={t('call.remove.title', { name: asked?.name })}
      onCancel={close}
      centered
      width={440}
      footer={[
        <Button key="cancel" autoFocus onClick={close}>
          {t('call.cancel')}
        </Button>,
        <Button key="remove" type="primary" danger onClick={remove}>
          {t('call.remove.act')}
        </Button>,
      ]}
    >
      {t('call.remove.words')}
    </Modal>
  );
  return { removal, askToRemove: (identity, name) => setAsked({ identity, name }) };
}
