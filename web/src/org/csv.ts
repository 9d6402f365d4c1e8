/** The table people are imported from. */

export const importColumns = [
  'name',
  'username',
  'email',
  'phone',
  'department',
  'title',
  'employee_no',
] as const;

const samples: Record<'zh-CN' | 'en', string[][]> = {
  'zh-CN': [
    ['李娜', 'lina', 'li.na@example.cn', '13800002046', '产品与设计/设计', '交互设计师', 'QZ-0113'],
    ['王伟', 'wangwei', '', '', '研发/媒体组', '工程师', ''],
  ],
  en: [
    ['Anna Schmidt', 'anna', 'anna@example.com', '', 'Product/Design', 'Designer', 'QZ-0113'],
    ['David Chen', 'david', '', '', 'Engineering', 'Engineer', ''],
  ],
};

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A table for spreadsheets: with a byte order mark, without which they garble Chinese. */
const table = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;

/** A file to fill in. */
export function importTemplate(language: 'zh-CN' | 'en'): string {
  return table([importColumns, ...samples[language]]);
}

/** The passwords drawn for those who were imported, to be passed on. */
export const passwordTable = (passwords: { username: string; password: string }[]): string =>
  table([['username', 'password'], ...passwords.map(({ username, password }) => [username, password])]);

/** The text of a chosen file: UTF-8, or what spreadsheets in China write when it is not. */
export function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
