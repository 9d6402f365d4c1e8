/** Joining by number: nine digits, or a pasted link. */
import { useRouter } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '@/ui';
import { numberIn, typedNumber } from '../number';

export function NumberForm() {
  const { t } = useTranslation('meetings');
  const router = useRouter();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const go = (event: FormEvent) => {
    event.preventDefault();
    const number = numberIn(text);
    if (number) router.history.push(`/m/${number}`);
    else setWrong(true);
  };
  return (
    <form onSubmit={go} noValidate style={{ display: 'grid', gap: 16, paddingTop: 4 }}>
      <Field label={t('home.numberLabel')} error={wrong ? t('home.numberWrong') : undefined}>
        {(props) => (
          <Input
            {...props}
            size="large"
            inputMode="numeric"
            autoComplete="off"
            autoFocus
            className="tabular"
            placeholder={t('home.numberHint')}
            value={text}
            onChange={(event) => {
              setWrong(false);
              setText(typedNumber(event.target.value));
            }}
          />
        )}
      </Field>
      <Button type="primary" size="large" htmlType="submit" block>
        {t('home.go')}
      </Button>
    </form>
  );
}
