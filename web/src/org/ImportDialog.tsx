/** Importing people from a table: a template, a rehearsal with its report, then the act itself. */
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Download, FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type ImportReport } from '@/api';
import { useLanguage } from '@/app';
import { Sheet, SoftButton, useErrorWords } from '@/ui';
import { importColumns, importTemplate, passwordTable, textOf } from './csv';
import styles from './ImportDialog.module.css';

const errorsShownMax = 50;

const sendTable = (text: string, rehearse: boolean) =>
  api.postText<ImportReport>('/api/org/members/import', text, 'text/csv', { dry_run: rehearse });

function download(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function Report({ report, done }: { report: ImportReport; done: boolean }) {
  const { t } = useTranslation('org');
  const passwords = report.passwords ?? [];
  return (
    <div className={styles.report} aria-live="polite">
      <p className={styles.sum}>
        {report.errors.length > 0
          ? t('import.wrong', { count: report.errors.length })
          : t(done ? 'import.created' : 'import.willCreate', { count: report.created })}
      </p>
      {passwords.length > 0 ? (
        <SoftButton
          icon={<Download size={16} strokeWidth={1.75} />}
          onClick={() => download('hutong-passwords.csv', passwordTable(passwords))}
        >
          {t('import.passwords')}
        </SoftButton>
      ) : null}
      {report.errors.length > 0 ? (
        <ul className={styles.errors}>
          {report.errors.slice(0, errorsShownMax).map((error) => (
            <li key={`${error.line} ${error.column} ${error.code}`}>
              <span className={styles.place}>
                {t('import.line', { line: error.line })}
                {error.column ? ` · ${error.column}` : null}
              </span>
              {error.message}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** The file, what the office said about it, and whether it has been taken over. */
function useImport(open: boolean) {
  const client = useQueryClient();
  const words = useErrorWords();
  const [table, setTable] = useState<{ name: string; text: string }>();
  const [report, setReport] = useState<ImportReport>();
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (!open) return;
    setTable(undefined);
    setReport(undefined);
    setDone(false);
    setFailure(undefined);
  }, [open]);
  const run = async (text: string, rehearse: boolean) => {
    setBusy(true);
    setFailure(undefined);
    try {
      setReport(await sendTable(text, rehearse));
      setDone(!rehearse);
      if (!rehearse) await client.invalidateQueries({ queryKey: ['org'] });
    } catch (error) {
      setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = async (file: File) => {
    const text = textOf(await file.arrayBuffer());
    setTable({ name: file.name, text });
    setReport(undefined);
    await run(text, true);
  };
  const take = () => (table ? run(table.text, false) : undefined);
  return { table, report, done, busy, failure, choose, take };
}

export function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['org', 'ui']);
  const language = useLanguage();
  const chooser = useRef<HTMLInputElement>(null);
  const { table, report, done, busy, failure, choose, take } = useImport(open);
  const footer = done
    ? [
        <Button key="done" type="primary" onClick={onClose}>
          {t('ui:done')}
        </Button>,
      ]
    : [
        <Button key="cancel" onClick={onClose}>
          {t('ui:cancel')}
        </Button>,
        <Button
          key="take"
          type="primary"
          disabled={!report || report.created === 0 || report.errors.length > 0}
          loading={busy}
          onClick={() => void take()}
        >
          {t('org:import.take', { count: report?.created ?? 0 })}
        </Button>,
      ];
  return (
    <Sheet open={open} width={560} title={t('org:import.title')} onClose={onClose} footer={footer}>
      <p className={styles.words}>{t('org:import.detail', { columns: importColumns.join(', ') })}</p>
      <div className={styles.acts}>
        <SoftButton icon={<FileUp size={16} strokeWidth={1.75} />} onClick={() => chooser.current?.click()}>
          {table ? t('org:import.other') : t('org:import.choose')}
        </SoftButton>
        <Button
          icon={<Download size={16} strokeWidth={1.75} />}
          onClick={() => download('hutong-people.csv', importTemplate(language))}
        >
          {t('org:import.template')}
        </Button>
        <input
          ref={chooser}
          type="file"
          accept=".csv,text/csv"
          hidden
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void choose(file);
          }}
        />
      </div>
      {table ? <p className={styles.file}>{table.name}</p> : null}
      {failure ? (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      ) : null}
      {report ? <Report report={report} done={done} /> : null}
    </Sheet>
  );
}
