/** Copying what stands in no field of its own: where it fails, the text is shown, selected. */
import { App, Input } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/lib';

/** Copies a text, or shows it to be copied by hand; says whether it was copied. */
export function useCopy(): (text: string) => Promise<boolean> {
  const { t } = useTranslation('ui');
  const { modal } = App.useApp();
  return async (text) => {
    const copied = await copyText(text);
    if (!copied)
      modal.info({
        title: t('copyByHand'),
        content: <Selected text={text} label={t('copyByHand')} />,
        okText: t('close'),
        autoFocusButton: null,
        icon: null,
        centered: true,
      });
    return copied;
  };
}

function Selected({ text, label }: { text: string; label: string }) {
  const field = useRef<TextAreaRef>(null);
  // The dialog is put on the page after what is in it.
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <Input.TextArea
      ref={field}
      readOnly
      autoSize={{ minRows: 1, maxRows: 8 }}
      value={text}
      aria-label={label}
      onFocus={(event) => event.target.select()}
    />
  );
}
