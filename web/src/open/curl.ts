/** A line for a terminal that lets a robot say its first words. Plain values. */
import type { Robot, Vendor } from './api';

const bodies: Record<Vendor, (text: string) => unknown> = {
  dingtalk: (text) => ({ msgtype: 'text', text: { content: text } }),
  wecom: (text) => ({ msgtype: 'text', text: { content: text } }),
  feishu: (text) => ({ msg_type: 'text', content: { text } }),
  slack: (text) => ({ text }),
};

/** Quoted for a shell: what stands between single quotes is taken as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlOf(
  { vendor, safety }: Pick<Robot, 'vendor' | 'safety'>,
  url: string,
  text: string,
): string {
  // A robot that wants a word hears nothing without it.
  const [word] = safety.keywords;
  const said = word && !text.includes(word) ? `${word} ${text}` : text;
  return [
    `curl -X POST ${quoted(url)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(bodies[vendor](said)))}`,
  ].join('\n');
}
