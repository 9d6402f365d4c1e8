/** People are round, organisations and groups are rounded squares; the hue follows the id everywhere. */
import { organisationMark, shortName, stableHash } from '@/lib';
import styles from './Avatar.module.css';
import { PresenceDot, type PresenceKind } from './PresenceDot';
import { hues } from './tokens';

export const hueOf = (id: string): string => hues[stableHash(id) % hues.length] ?? '';

type AvatarProps = {
  id: string;
  name: string;
  src?: string | null;
  size?: number;
  presence?: PresenceKind;
  /** One letter, as in stacks. Below 28 px it is always one. */
  short?: boolean;
};

export function Avatar({ id, name, src, size = 40, presence, short = false }: AvatarProps) {
  const letters = shortName(name, short || size < 28 ? 1 : 2);
  const fontSize = Math.round(size * (letters.length > 1 ? 0.36 : 0.44));
  return (
    <span className={styles.avatar} style={{ width: size, height: size }}>
      {src ? (
        <img className={styles.face} src={src} alt="" width={size} height={size} draggable={false} />
      ) : (
        <span className={styles.face} style={{ background: hueOf(id), fontSize }} aria-hidden="true">
          {letters}
        </span>
      )}
      {presence ? <PresenceDot kind={presence} size={size >= 64 ? 16 : size >= 32 ? 12 : 10} /> : null}
    </span>
  );
}

export function OrganisationAvatar({ id, name, size = 44 }: { id: string; name: string; size?: number }) {
  return (
    <span
      className={styles.square}
      style={{ width: size, height: size, background: hueOf(id), fontSize: Math.round(size * 0.38) }}
      aria-hidden="true"
    >
      {organisationMark(name)}
    </span>
  );
}

type StackProps = {
  people: { id: string; name: string; src?: string | null }[];
  size?: number;
  max?: number;
  total?: number;
};

/** Overlapping faces, then how many more. */
export function AvatarStack({ people, size = 24, max = 4, total = people.length }: StackProps) {
  const shown = people.slice(0, max);
  const more = total - shown.length;
  return (
    <span className={styles.stack} aria-hidden="true">
      {shown.map((person) => (
        <span key={person.id} className={styles.stacked}>
          <Avatar id={person.id} name={person.name} src={person.src} size={size} short />
        </span>
      ))}
      {more > 0 ? (
        <span className={styles.more} style={{ height: size, minWidth: size }}>
          +{more}
        </span>
      ) : null}
    </span>
  );
}
