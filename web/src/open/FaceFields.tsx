/** What a program is called, and the sign it bears. */
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '@/ui';
import styles from './Open.module.css';

const nameLengthMax = 40;
const avatarLengthMax = 8;

export type Face = { name: string; avatar: string };

type Props = {
  face: Face;
  label: string;
  /** What others are called and bear, as an example. */
  example: Partial<Face>;
  onChange: (face: Face) => void;
};

export function FaceFields({ face, label, example, onChange }: Props) {
  const { t } = useTranslation('open');
  return (
    <div className={styles.pair}>
      <Field label={label}>
        {(props) => (
          <Input
            {...props}
            value={face.name}
            maxLength={nameLengthMax}
            placeholder={example.name}
            onChange={(event) => onChange({ ...face, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('robots.avatar')} help={t('optional')}>
        {(props) => (
          <Input
            {...props}
            value={face.avatar}
            maxLength={avatarLengthMax}
            placeholder={example.avatar}
            onChange={(event) => onChange({ ...face, avatar: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

/** As the office is told it. */
export const trimmed = ({ name, avatar }: Face): Face => ({ name: name.trim(), avatar: avatar.trim() });
