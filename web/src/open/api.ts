/** Every request about programs: robots of a conversation, bots of the office, what they are told. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api';

export const vendors = ['dingtalk', 'wecom', 'feishu', 'slack'] as const;
export type Vendor = (typeof vendors)[number];

/** What a robot's message has to bear before it is taken in. */
export type Safety = { keywords: string[]; signed: boolean; addresses: string[] };

export type Robot = {
  id: string;
  name: string;
  avatar: string;
  vendor: Vendor;
  conversation_id: string;
  /** Said once, when it is made or changed. */
  url?: string | null;
  masked_url: string;
  safety: Safety;
  /** Said once. */
  secret?: string | null;
  created_by: string | null;
  last_used_at: number | null;
  is_on: boolean;
};

export type RobotPlan = { name: string; avatar: string; vendor: Vendor; safety: Safety };

export const botEvents = ['message', 'mention', 'member', 'action', 'command'] as const;
export type BotEvent = (typeof botEvents)[number];

export type BotCommand = { command: string; hint: string; description: string };

export type Bot = {
  id: string;
  name: string;
  description: string;
  avatar: string;
  commands: BotCommand[];
  is_on: boolean;
  /** What it hears of, as administrators see it, like everything below. */
  events: BotEvent[] | null;
  /** Empty when it hears by its socket. */
  callback_url: string | null;
  /** Said once. */
  token: string | null;
  masked_token: string | null;
  /** Said once. */
  secret: string | null;
  /** When calling it was given up. */
  stopped_at: number | null;
  last_used_at: number | null;
};

export type BotPlan = Pick<Bot, 'name' | 'description' | 'avatar' | 'commands'> & {
  callback_url: string;
  events: BotEvent[];
};

const root = '/api/open';
const at = (conversation: string, rest: string) => `${root}/conversations/${conversation}/${rest}`;

export const openKey = ['open'] as const;

export const robotsQuery = (conversation: string) =>
  queryOptions({
    queryKey: [...openKey, 'robots', conversation],
    queryFn: () => api.get<{ robots: Robot[]; may_change: boolean }>(at(conversation, 'robots')),
    staleTime: 0,
  });

export const makeRobot = (conversation: string, plan: RobotPlan) =>
  api.post<Robot>(at(conversation, 'robots'), plan);
export const changeRobot = (id: string, change: Partial<Omit<RobotPlan, 'vendor'>> & { is_on?: boolean }) =>
  api.patch<Robot>(`${root}/robots/${id}`, change);
export const rotateRobot = (id: string) => api.post<Robot>(`${root}/robots/${id}/rotate`);
export const removeRobot = (id: string) => api.delete(`${root}/robots/${id}`);

export const botsQuery = queryOptions({
  queryKey: [...openKey, 'bots'],
  queryFn: async () => (await api.get<{ bots: Bot[] }>(`${root}/bots`)).bots,
  staleTime: 0,
});

export const makeBot = (plan: Pick<Bot, 'name' | 'description' | 'avatar'>) =>
  api.post<Bot>(`${root}/bots`, plan);
export const changeBot = (id: string, change: Partial<BotPlan> & { is_on?: boolean }) =>
  api.patch<Bot>(`${root}/bots/${id}`, change);
export const rotateBot = (id: string) => api.post<Bot>(`${root}/bots/${id}/rotate`);
export const removeBot = (id: string) => api.delete(`${root}/bots/${id}`);

/** A bot in a conversation. */
export type Seated = { bot: Bot; hears_all: boolean };

/** The bots that are in a conversation. */
export const botsHereQuery = (conversation: string) =>
  queryOptions({
    queryKey: [...openKey, 'bots', conversation],
    queryFn: () => api.get<{ bots: Seated[]; may_change: boolean }>(at(conversation, 'bots')),
    staleTime: 0,
  });

export const letBotIn = (conversation: string, bot: string) => api.put(at(conversation, `bots/${bot}`));
export const takeBotOut = (conversation: string, bot: string) => api.delete(at(conversation, `bots/${bot}`));

type Known = { commands: (BotCommand & { bot: { id: string; name: string } })[] };
export const fetchCommands = (conversation: string) => api.get<Known>(at(conversation, 'commands'));

type Answer = { message?: { text?: string | null; card?: unknown } | null } | undefined;
export const runCommand = (conversation: string, command: string, text: string, client_id: string) =>
  api.post<Answer>(at(conversation, 'commands'), { command, text, client_id });

export const pressed = (message: string, action: string, value?: string) =>
  api.post<{ toast?: string | null } | undefined>(`${root}/messages/${message}/actions`, {
    action,
    ...(value === undefined ? {} : { value }),
  });
