/** What is typed into a terminal to hear a robot. */
import { describe, expect, it } from 'vitest';
import { curlOf } from './curl';

const safety = { keywords: [], signed: false, addresses: [] };
const url = 'https://office.example/robot/send?access_token=abc';

describe('the first words of a robot', () => {
  it('are in the shape of its vendor', () => {
    expect(curlOf({ vendor: 'dingtalk', safety }, url, '你好')).toBe(
      [
        `curl -X POST 'https://office.example/robot/send?access_token=abc' \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '{"msgtype":"text","text":{"content":"你好"}}'`,
      ].join('\n'),
    );
    expect(curlOf({ vendor: 'feishu', safety }, url, '你好')).toContain('"msg_type":"text"');
    expect(curlOf({ vendor: 'slack', safety }, url, '你好')).toContain(`'{"text":"你好"}'`);
  });

  it('bear the word it wants, and no quote ends them', () => {
    const wants = { ...safety, keywords: ['报警'] };
    expect(curlOf({ vendor: 'wecom', safety: wants }, url, '你好')).toContain('报警 你好');
    expect(curlOf({ vendor: 'slack', safety }, url, "it's")).toContain(`it'\\''s`);
  });
});
