/** Choosing one person by name or pinyin. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useSettled } from '@/lib';
import { Avatar } from '@/ui';
import styles from './MemberPicker.module.css';
import { fetchMembers, memberQuery } from './queries';

const shownMax = 20;

type One = { value: string | undefined; onChange: (id: string | undefined) => void };

function usePeople() {
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim(), 150);
  const people = useQuery({
    queryKey: ['org', 'picker', words],
    queryFn: ({ signal }) =>
      fetchMembers({ q: words || undefined, status: 'active' }, null, shownMax, signal),
    placeholderData: (before) => before,
  });
  const options = (people.data?.members ?? []).map((member) => ({
    value: member.id,
    name: member.name,
    label: (
      <span className={styles.option}>
        <Avatar id={member.id} name={member.name} src={member.avatar_url} size={24} />
        <span className={styles.name}>{member.name}</span>
        <span className={styles.detail}>{member.departments[0]?.name}</span>
      </span>
    ),
  }));
  return { options, setTyped, busy: people.isFetching };
}

export function MemberPicker({ value, onChange, placeholder }: One & { placeholder?: string }) {
  const { options, setTyped, busy } = usePeople();
  // Whoever was chosen before one looked for others, or is disabled, is not among those found.
  const isFound = options.some((one) => one.value === value);
  const chosen = useQuery({ ...memberQuery(value ?? ''), enabled: value !== undefined && !isFound });
  const extra =
    value && !isFound && chosen.data ? [{ value, name: chosen.data.name, label: chosen.data.name }] : [];
  return (
    <Select
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      style={{ width: '100%' }}
      aria-label={placeholder}
      placeholder={placeholder}
      loading={busy}
      value={value}
      options={[...options, ...extra]}
      onChange={(next?: string) => onChange(next)}
    />
  );
}

/** Choosing several people; gives their names too, so that the chosen stay readable. */
export function MembersPicker({
  value,
  onChange,
  placeholder,
  id,
}: {
  value: { id: string; name: string }[];
  onChange: (people: { id: string; name: string }[]) => void;
  placeholder?: string;
  id?: string;
}) {
  const { options, setTyped, busy } = usePeople();
  return (
    <Select
      id={id}
      mode="multiple"
      labelInValue
      showSearch={{ filterOption: false, onSearch: setTyped }}
      style={{ width: '100%' }}
      aria-label={placeholder}
      placeholder={placeholder}
      loading={busy}
      value={value.map((person) => ({ value: person.id, label: person.name }))}
      options={options}
      onChange={(chosen) =>
        onChange(
          chosen.map(({ value: chosenId }) => ({
            id: chosenId,
            name:
              value.find((person) => person.id === chosenId)?.name ??
              options.find((option) => option.value === chosenId)?.name ??
              '',
          })),
        )
      }
    />
  );
}
