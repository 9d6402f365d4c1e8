/** A person: face, what they do, how to reach them. */
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { ChevronLeft, Eye, EyeOff, MessageCircle, Phone, Video, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Member, useMe } from '@/api';
import { useNarrow } from '@/lib';
import { Avatar, Failure, IconButton, SkeletonRows, SoftButton, Tag, type Tone } from '@/ui';
import { useCalling } from './calling';
import styles from './MemberCard.module.css';
import { useMessaging } from './messaging';
import { usePresenceWords } from './presence';
import { memberQuery } from './queries';

/** The lane as a strip above the face. */
function Cover() {
  return (
    <svg
      className={styles.cover}
      viewBox="0 0 336 96"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <rect width="336" height="96" fill="var(--primaryBgHover)" />
      <path d="M0 40 L124 62 L124 96 L0 96 Z M336 40 L226 62 L226 96 L336 96 Z" fill="var(--coverWall)" />
      <path d="M0 36 L124 58 L124 63 L0 45 Z M336 36 L226 58 L226 63 L336 45 Z" fill="var(--coverRoof)" />
      <path d="M148 60 Q168 66 192 60 L190 66 Q169 71 150 66 Z" fill="var(--coverBeam)" />
    </svg>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** A phone number shows itself when asked. */
function PhoneNumber({ phone }: { phone: string }) {
  const { t } = useTranslation('org');
  const [shown, setShown] = useState(false);
  const masked = phone.length > 7 ? `${phone.slice(0, 3)} •••• ${phone.slice(-4)}` : phone;
  return (
    <span className={styles.phone}>
      {shown ? <a href={`tel:${phone}`}>{phone}</a> : masked}
      <IconButton
        icon={shown ? EyeOff : Eye}
        size={14}
        label={t(shown ? 'card.hidePhone' : 'card.showPhone')}
        onClick={() => setShown(!shown)}
      />
    </span>
  );
}

const toneOf: Record<Member['presence'], Tone> = {
  online: 'success',
  in_meeting: 'warn',
  away: 'plain',
  offline: 'plain',
};

function CardBody({ member }: { member: Member }) {
  const { t } = useTranslation('org');
  const me = useMe();
  const { call, busy } = useCalling();
  const messaging = useMessaging();
  const presence = usePresenceWords();
  const mine = member.id === me.member.id;
  const person = [{ id: member.id, name: member.name }];
  const departments = member.departments.map(({ name }) => name).join('、');
  return (
    <div className={styles.body}>
      <h2 className={styles.name}>{member.name}</h2>
      <p className={styles.title}>
        {[member.title, member.departments[0]?.name].filter(Boolean).join(' · ')}
      </p>
      <div className={styles.tags}>
        <Tag tone={member.disabled ? 'plain' : toneOf[member.presence]}>{presence(member)}</Tag>
        {member.role === 'member' ? null : <Tag tone="primary">{t(`role.${member.role}`)}</Tag>}
      </div>
      {member.status_text ? <p className={styles.status}>{member.status_text}</p> : null}
      {mine || member.disabled ? null : (
        <div className={styles.acts}>
          <SoftButton
            icon={<MessageCircle size={16} strokeWidth={1.75} />}
            loading={messaging.busy}
            onClick={() => void messaging.open((acts) => acts.messagePerson(member.id))}
          >
            {t('card.message')}
          </SoftButton>
          <Button
            icon={<Video size={16} strokeWidth={1.75} />}
            loading={busy}
            onClick={() => void call(person, { audioOnly: false })}
          >
            {t('card.video')}
          </Button>
          <Button
            icon={<Phone size={16} strokeWidth={1.75} />}
            disabled={busy}
            onClick={() => void call(person, { audioOnly: true })}
          >
            {t('card.audio')}
          </Button>
        </div>
      )}
      <dl className={styles.facts}>
        {member.email ? (
          <Fact name={t('card.email')}>
            <a href={`mailto:${member.email}`}>{member.email}</a>
          </Fact>
        ) : null}
        {member.phone ? (
          <Fact name={t('card.phone')}>
            <PhoneNumber phone={member.phone} />
          </Fact>
        ) : null}
        <Fact name={t('card.username')}>{member.username}</Fact>
        {member.employee_no ? <Fact name={t('card.employeeNo')}>{member.employee_no}</Fact> : null}
        {departments ? <Fact name={t('card.departments')}>{departments}</Fact> : null}
      </dl>
    </div>
  );
}

export function MemberCard({ id, onClose }: { id: string; onClose?: () => void }) {
  const { t } = useTranslation('ui');
  const narrow = useNarrow();
  const found = useQuery(memberQuery(id));
  const member = found.data;
  return (
    <div className={styles.card}>
      <Cover />
      {onClose ? (
        <span className={styles.close} data-back={narrow || undefined}>
          <IconButton
            icon={narrow ? ChevronLeft : X}
            label={t(narrow ? 'back' : 'close')}
            size={narrow ? 22 : 18}
            onClick={onClose}
          />
        </span>
      ) : null}
      {member ? (
        <>
          <span className={styles.face}>
            <Avatar
              id={member.id}
              name={member.name}
              src={member.avatar_url}
              size={80}
              presence={member.presence}
            />
          </span>
          <CardBody member={member} />
        </>
      ) : found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} compact />
      ) : (
        <SkeletonRows rows={4} avatar={false} height={40} />
      )}
    </div>
  );
}
