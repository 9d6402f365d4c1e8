/** A department's name, place and head. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Department } from '@/api';
import { Field, Sheet, useErrorWords } from '@/ui';
import { DepartmentPicker } from './DepartmentPicker';
import { fetchMembers } from './queries';
import { nameRule } from './rules';
import { isWithin } from './tree';

/** Either a department to change, or the parent of one to add. */
export type Editing = { department: Department } | { parent: string | null };

const headsMax = 200;

function HeadPicker({
  id,
  department,
  value,
  onChange,
}: {
  id: string;
  department: string;
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { t } = useTranslation('org');
  const people = useQuery({
    queryKey: ['org', 'heads', department],
    queryFn: async () => (await fetchMembers({ department, recursive: true }, null, headsMax)).members,
  });
  return (
    <Select
      id={id}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      loading={people.isPending}
      placeholder={t('department.noHead')}
      style={{ width: '100%' }}
      value={value ?? undefined}
      options={(people.data ?? []).map((member) => ({ value: member.id, label: member.name }))}
      onChange={(next?: string) => onChange(next ?? null)}
    />
  );
}

type Props = { editing: Editing | null; departments: Department[]; onClose: () => void };

export function DepartmentDialog({ editing, departments, onClose }: Props) {
  const { t } = useTranslation(['org', 'ui']);
  const client = useQueryClient();
  const words = useErrorWords();
  const formId = useId();
  const [name, setName] = useState('');
  const [parent, setParent] = useState<string | null>(null);
  const [head, setHead] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const department = editing && 'department' in editing ? editing.department : null;
  useEffect(() => {
    if (!editing) return;
    const known = 'department' in editing ? editing.department : null;
    setName(known?.name ?? '');
    setParent(known ? known.parent_id : 'parent' in editing ? editing.parent : null);
    setHead(known?.head_id ?? null);
    setWrong(undefined);
  }, [editing]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (nameRule(name)) {
      setWrong(t('org:rules.name'));
      return;
    }
    setBusy(true);
    try {
      if (department) {
        const moved = department.parent_id === parent ? {} : { parent_id: parent };
        await api.patch(`/api/org/departments/${department.id}`, {
          name: name.trim(),
          head_id: head,
          ...moved,
        });
      } else await api.post('/api/org/departments', { name: name.trim(), parent_id: parent });
      await client.invalidateQueries({ queryKey: ['org'] });
      onClose();
    } catch (error) {
      setWrong(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet
      open={editing !== null}
      title={department ? t('org:department.edit') : t('org:department.add')}
      onClose={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {t('ui:cancel')}
        </Button>,
        <Button key="save" type="primary" htmlType="submit" form={formId} loading={busy}>
          {department ? t('ui:save') : t('org:department.add')}
        </Button>,
      ]}
    >
      <form id={formId} noValidate onSubmit={(event) => void submit(event)} style={{ paddingTop: 8 }}>
        <Field label={t('org:department.name')} error={wrong}>
          {(field) => (
            <Input
              {...field}
              autoFocus
              value={name}
              onChange={(event) => {
                setName(event.target.value);
                setWrong(undefined);
              }}
            />
          )}
        </Field>
        <Field label={t('org:department.parent')}>
          {({ id }) => (
            <DepartmentPicker
              id={id}
              departments={departments}
              isDisabled={(other) => department !== null && isWithin(departments, other, department.id)}
              value={parent ?? undefined}
              placeholder={t('org:department.top')}
              onChange={(value) => setParent((value as string | undefined) ?? null)}
            />
          )}
        </Field>
        {department ? (
          <Field label={t('org:head')}>
            {({ id }) => <HeadPicker id={id} department={department.id} value={head} onChange={setHead} />}
          </Field>
        ) : null}
      </form>
    </Sheet>
  );
}
