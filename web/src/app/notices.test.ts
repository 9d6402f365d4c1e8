/** What notices say, in both languages; every kind the office knows has its words. */
import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Notice } from '@/api';
import chatEn from '@/chat/i18n/en.json';
import chatZh from '@/chat/i18n/zh-CN.json';
import meetingsEn from '@/meetings/i18n/en.json';
import meetingsZh from '@/meetings/i18n/zh-CN.json';
import en from '@/notify/i18n/en.json';
import zh from '@/notify/i18n/zh-CN.json';
import { age, wordsOf } from '@/notify/words';
import orgEn from '@/org/i18n/en.json';
import orgZh from '@/org/i18n/zh-CN.json';

const now = new Date(2026, 10, 23, 12).getTime();
const t: Record<string, TFunction> = {};

beforeAll(async () => {
  for (const [language, resources] of Object.entries({
    en: { notify: en, chat: chatEn, meetings: meetingsEn, org: orgEn },
    'zh-CN': { notify: zh, chat: chatZh, meetings: meetingsZh, org: orgZh },
  })) {
    const words = i18next.createInstance();
    await words.init({
      lng: language,
      resources: { [language]: resources },
      fallbackLng: false,
      interpolation: { escapeValue: false },
    });
    t[language] = words.t;
  }
});

function say(kind: string, change: Partial<Notice> = {}): string[] {
  const notice: Notice = {
    id: '1',
    kind,
    subject: 'meetings:1',
    title: '周会',
    link: '/meetings',
    data: {},
    actor: { id: 'alice', name: '陈晓岚', avatar_url: null },
    times: 1,
    told_at: now,
    read: false,
    ...change,
  };
  return ['zh-CN', 'en'].map((language) => {
    const { headline, about, when } = wordsOf(t[language] as TFunction, notice, now, language);
    return [headline, about, when].filter(Boolean).join(' | ');
  });
}

describe('a notice says', () => {
  it('who did what, and when it will be', () => {
    const starts_at = new Date(2026, 10, 24, 14).getTime();
    expect(say('meetings.invited', { data: { starts_at } })).toEqual([
      '陈晓岚 邀请你参加会议 | 周会 | 明天 14:00',
      '陈晓岚 invited you to a meeting | 周会 | Tomorrow 14:00',
    ]);
    expect(say('meetings.changed', { data: { context: 'renamed', before: '例会' } })).toEqual([
      '陈晓岚 把「例会」改了名 | 周会',
      '陈晓岚 renamed “例会” | 周会',
    ]);
  });

  it('how often it happened', () => {
    expect(say('meetings.missed_call')[1]).toBe('You missed a call from 陈晓岚 | 周会');
    expect(say('meetings.missed_call', { times: 3 })[1]).toBe('You missed 3 calls from 陈晓岚 | 周会');
    expect(say('meetings.invited', { times: 2 })[1]).toBe('陈晓岚 invited you to a meeting | 周会');
  });

  it('what happens to one’s account', () => {
    expect(say('org.role_changed', { title: '', data: { context: 'admin' } })).toEqual([
      '陈晓岚 把你设为管理员',
      '陈晓岚 made you an administrator',
    ]);
  });

  it('who wants one to read what', () => {
    expect(say('chat.mentioned', { title: '产品评审群', data: { text: '看一眼' } })).toEqual([
      '陈晓岚 提到你：看一眼 | 产品评审群',
      '陈晓岚 mentioned you: 看一眼 | 产品评审群',
    ]);
    expect(say('chat.added', { title: '产品评审群' })[0]).toBe('陈晓岚 拉你进了群 | 产品评审群');
  });

  it('its title, when a newer office tells what this client has no words for', () => {
    expect(say('gossip.spread')).toEqual(['周会', '周会']);
  });

  it('when it was told, in a few letters', () => {
    const say = (minutes: number) => age(t.en as TFunction, now - minutes * 60_000, now, 'en');
    expect([0, 5, 70, 13 * 60, 72 * 60].map(say)).toEqual([
      'now',
      '5 min ago',
      '10:50',
      'Yesterday',
      '20 Nov',
    ]);
  });
});
