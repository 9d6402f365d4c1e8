import { describe, expect, it } from 'vitest';
import { passwordStrength } from '@/ui';
import { importTemplate, textOf } from './csv';
import { addressesIn, emailRule, nameRule, passwordRule, usernameFrom, usernameRule } from './rules';

describe('what fields take', () => {
  it('names', () => {
    expect([nameRule(' '), nameRule('陈晓岚'), nameRule('x'.repeat(65))]).toEqual([
      'rules.name',
      undefined,
      'rules.nameLong',
    ]);
  });
  it('usernames', () => {
    expect(['a', '李娜', '9lives', 'x.chen'].map(usernameRule)).toEqual([
      'rules.usernameShort',
      'rules.username',
      'rules.username',
      undefined,
    ]);
    expect(usernameFrom(' Anna  Schmidt ')).toBe('anna.schmidt');
  });
  it('e-mail addresses, which may be left out', () => {
    expect(['', 'a@b.cn', 'xiaolan@qingzhuan', 'no'].map(emailRule)).toEqual([
      undefined,
      undefined,
      'rules.emailTail',
      'rules.email',
    ]);
  });
  it('addresses in a text, however they are set apart', () => {
    expect(addressesIn(' Ann@a.cn，ben@b.cn;\nann@a.cn、cy@c.cn ')).toEqual([
      'ann@a.cn',
      'ben@b.cn',
      'cy@c.cn',
    ]);
    expect(addressesIn(' \n')).toEqual([]);
  });
  it('passwords, and how hard they are to guess', () => {
    expect(passwordRule('short')).toBe('rules.password');
    expect(
      ['short', 'aaaaaaaaaaaaaaaa', 'password', 'correct horse battery', 'Correct-Horse-Battery-9'].map(
        passwordStrength,
      ),
    ).toEqual([0, 1, 1, 3, 4]);
  });
});

describe('the table to import', () => {
  it('comes with a mark for spreadsheets', () => {
    const template = importTemplate('zh-CN');
    expect(template.codePointAt(0)).toBe(0xfeff);
    expect(template.split('\r\n')[1]).toContain('产品与设计/设计');
  });
  it('is read as UTF-8, or as spreadsheets in China write it', () => {
    expect(textOf(new TextEncoder().encode('李娜').buffer)).toBe('李娜');
    expect(textOf(new Uint8Array([0xc0, 0xee, 0xc4, 0xc8]).buffer)).toBe('李娜');
  });
});
