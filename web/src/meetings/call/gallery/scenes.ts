/** Calls as they may look, without a room: for eyes in the gallery and for the test of the views. */

import { Store } from '@/lib';
import type { Call } from '../call';
import { type CallEvent, reduce } from '../reduce';
import { type CallState, initialState, type Person } from '../state';
import type { TrackStatistics } from '../statistics';

const T0 = 1_763_520_000_000;

type Trait = Partial<Person> & { role?: 'host' | 'co_host' };

const crowd: [name: string, english: string, trait: Trait][] = [
  ['李娜', 'Li Na', { role: 'co_host' }],
  ['陈晓岚', 'Chen Xiaolan', { me: true, role: 'host', network: 'excellent' }],
  ['王伟', 'Wang Wei', { network: 'good' }],
  ['赵一鸣', 'Zhao Yiming', { microphoneOn: false, handRaisedAt: T0 }],
  ['Anna Schmidt', 'Anna Schmidt', { microphoneOn: false }],
  ['David Chen', 'David Chen', { microphoneOn: false, network: 'poor' }],
  ['周雨桐', 'Zhou Yutong', { microphoneOn: false }],
  ['刘洋', 'Liu Yang', { microphoneOn: false, cameraOn: false, cameraTrack: null }],
  ['Priya Nair', 'Priya Nair', { microphoneOn: false, network: 'lost' }],
  ['Maximiliane Schmidt-Hohenfels', 'Maximiliane Schmidt-Hohenfels', { guest: true }],
  ['孙浩', 'Sun Hao', {}],
  ['吴佳怡', 'Wu Jiayi', { cameraOn: false, cameraTrack: null }],
];

export type Language = 'zh-CN' | 'en';

function people(count: number, language: Language): Person[] {
  return crowd.slice(0, count).map(([zh, en, { role: _, ...trait }], index) => ({
    identity: `p${index}`,
    name: language === 'en' ? en : zh,
    avatarUrl: null,
    me: false,
    guest: false,
    joinedAt: T0 + index,
    microphoneOn: true,
    cameraOn: true,
    cameraTrack: `camera-${index}`,
    screenTrack: null,
    microphoneTrack: `voice-${index}`,
    screenAudioTrack: null,
    handRaisedAt: null,
    network: 'excellent',
    ...trait,
  }));
}

/** A call of so many people in which the first one speaks. */
function callOf(count: number, language: Language): CallEvent[] {
  const list = people(count, language);
  const title = language === 'en' ? 'Q4 prototype review' : '四季度原型评审';
  const device = (id: string, label: string) => ({ id, label });
  return [
    {
      type: 'meeting',
      facts: {
        id: 'm1',
        number: '482106937',
        title,
        link: 'https://office.example/m/482106937',
        host: 'p1',
        coHosts: ['p0'],
        startedAt: T0,
      },
    },
    { type: 'joined', me: 'p1', people: list, at: T0 },
    { type: 'own_media', what: 'microphone', state: 'on' },
    { type: 'own_media', what: 'camera', state: 'on' },
    {
      type: 'devices',
      devices: {
        lists: {
          microphone: [device('m1', 'MacBook 麦克风'), device('m2', 'AirPods')],
          camera: [device('c1', 'FaceTime HD')],
          speaker: [device('s1', 'AirPods')],
        },
        chosen: { microphone: 'm1', camera: 'c1', speaker: 's1' },
      },
    },
    { type: 'speakers', identities: ['p0'], at: T0 + 1 },
  ];
}

function lines(language: Language): CallEvent[] {
  const zh = language !== 'en';
  const said: [string, number, string, string][] = [
    [
      'p4',
      4,
      'Could you make the axis labels a little larger?',
      'Could you make the axis labels a little larger?',
    ],
    [
      'p2',
      6,
      '首帧 0.8 秒是在一台 2 核机器上测的，脚本在仓库里。',
      'First frame in 0.8 s was measured on a 2-core machine.',
    ],
    [
      'p3',
      7,
      '手机上我也跑了一遍，链接：https://office.example/docs/performance',
      'On a phone too: https://office.example/docs/performance',
    ],
    ['p1', 9, '@李娜 讲完这页我们定一下发布日期。', '@Li Na after this page let’s fix the release date.'],
  ];
  return said.map(([identity, minute, chinese, english], index) => ({
    type: 'line',
    line: {
      id: `line-${index}`,
      identity,
      name: crowd[Number(identity.slice(1))]?.[zh ? 0 : 1] ?? '',
      text: zh ? chinese : english,
      at: T0 + minute * 60_000,
      state: index === 3 ? 'failed' : 'sent',
    },
  }));
}

const share: CallEvent[] = [
  {
    type: 'person',
    person: { ...(people(1, 'zh-CN')[0] as Person), screenTrack: 'screen-0' },
    at: T0,
  },
];

export type Scene = (language: Language) => CallEvent[];

export const scenes: Record<string, Scene> = {
  grid: (language) => [
    ...callOf(9, language),
    { type: 'panel', panel: 'people' },
    ...lines(language).slice(0, 2),
  ],
  share: (language) => [
    ...callOf(9, language),
    ...share,
    ...lines(language),
    { type: 'panel', panel: 'chat' },
  ],
  two: (language) => callOf(2, language),
  alone: (language) =>
    callOf(2, language).map((event) =>
      event.type === 'joined' ? { ...event, people: event.people.slice(1) } : event,
    ),
  pages: (language) => callOf(12, language),
  speaker: (language) => [...callOf(7, language), { type: 'layout', layout: 'speaker' }],
  muted: (language) => [
    ...callOf(5, language),
    { type: 'own_media', what: 'microphone', state: 'off' },
    { type: 'own_media', what: 'camera', state: 'refused' },
    { type: 'notice', notice: { id: 'n1', kind: 'device_found', subject: 'AirPods', device: 'microphone' } },
    { type: 'notice', notice: { id: 'n2', kind: 'asked_to_unmute', subject: '李娜', device: null } },
    { type: 'reaction', reaction: { id: 'r1', identity: 'p2', name: '王伟', emoji: '👏', at: T0 } },
  ],
  away: (language) => [...callOf(4, language), { type: 'connecting', connection: 'resuming' }],
  invite: (language) => [...callOf(3, language), { type: 'panel', panel: 'invite' }],
  host: (language) => [...callOf(3, language), { type: 'panel', panel: 'host' }],
  statistics: (language) => [...callOf(3, language), { type: 'panel', panel: 'statistics' }],
  sharing: (language) => [
    ...callOf(5, language),
    { type: 'person', person: { ...(people(2, language)[1] as Person), screenTrack: 'screen-1' }, at: T0 },
    { type: 'own_media', what: 'share', state: 'on', hasAudio: true },
  ],
};

const measured: TrackStatistics[] = [
  {
    id: 't1',
    identity: 'p0',
    name: '李娜',
    source: 'camera',
    direction: 'received',
    codec: 'VP8',
    kilobits: 1830,
    width: 1280,
    height: 720,
    framesPerSecond: 30,
    loss: 0.004,
    roundTripMs: 18,
    jitterMs: 3,
    layers: [],
  },
];

/** A call that only remembers: events change its state, nothing leaves the page. */
export function fakeCall(
  events: readonly CallEvent[],
  attach: Call['attach'],
): Call & { dispatch(event: CallEvent): void } {
  const store = new Store<CallState, CallEvent>(reduce, initialState());
  for (const event of events) store.dispatch(event);
  const nothing = async () => undefined;
  const done = async () => true;
  const toggled = (what: 'microphone' | 'camera' | 'share') => async () =>
    store.dispatch({ type: 'own_media', what, state: store.state()[what] === 'on' ? 'off' : 'on' });
  return {
    dispatch: store.dispatch,
    state: store.state,
    subscribe: store.subscribe,
    statistics: new Store<readonly TrackStatistics[], readonly TrackStatistics[]>(
      (_, next) => next,
      measured,
    ),
    attach,
    startAudio: nothing,
    toggleMicrophone: toggled('microphone'),
    toggleCamera: toggled('camera'),
    toggleShare: toggled('share'),
    toggleHand: nothing,
    holdToTalk: (holding) => store.dispatch({ type: 'hold_to_talk', holding }),
    setMusicMode: async (on) => store.dispatch({ type: 'music_mode', on }),
    setCameraQuality: async (quality) => store.dispatch({ type: 'camera_quality', quality }),
    chooseDevice: nothing,
    switchToDevice: nothing,
    sendChat: nothing,
    resendChat: nothing,
    react: nothing,
    mute: done,
    muteAll: done,
    askToUnmute: nothing,
    lowerHand: done,
    setCoHost: done,
    handOver: done,
    remove: done,
    changeSettings: done,
    ring: done,
    setPanel: (panel) => store.dispatch({ type: 'panel', panel }),
    togglePanel: (panel) =>
      store.dispatch({ type: 'panel', panel: store.state().panel === panel ? null : panel }),
    setLayout: (layout) => store.dispatch({ type: 'layout', layout }),
    setSelfView: (selfView) => store.dispatch({ type: 'self_view', selfView }),
    setSelfCorner: (corner) => store.dispatch({ type: 'self_corner', corner }),
    pin: (identity) => store.dispatch({ type: 'pin', identity }),
    setPageSize: (perPage) => store.dispatch({ type: 'page_size', perPage }),
    dismiss: (id) => store.dispatch({ type: 'notice_over', id }),
    leave: nothing,
    endForAll: nothing,
  };
}
