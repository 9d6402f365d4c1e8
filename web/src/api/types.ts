/**
 * The values of the server's interface. Times are milliseconds UTC, ids are opaque texts. What the server
 * describes is generated into `schema.gen.ts` by `npm run api`; events of the socket are written here.
 */
import type { Message, Urgent } from './chat';
import type { Schemas, With, Written } from './written';

export type Presence = Schemas['Presence'];
export type Role = Schemas['Role'];
export type Permission = Schemas['Permission'];
export type Member = Written<Schemas['Member']>;
export type MemberPage = With<Written<Schemas['MemberList']>, { members: Member[] }>;
export type MemberCreated = Schemas['MemberCreated'];
export type PasswordIsReset = Schemas['PasswordIsReset'];
export type Me = With<Written<Schemas['Me']>, { member: Member }>;
export type OfficeInfo = Written<Schemas['OfficeView']>;
export type DemoAccount = Schemas['DemoAccount'];
export type Department = Written<Schemas['Department']>;
export type Session = Schemas['SessionView'];
export type Invitation = Schemas['Invitation'];
export type InvitationSeen = Schemas['InvitationSeen'];
export type PasswordLinkSeen = Schemas['LinkSeen'];
export type AuditEntry = Written<Schemas['AuditEntry']>;
export type AuditPage = With<Written<Schemas['AuditList']>, { entries: AuditEntry[] }>;
export type ImportReport = Schemas['ImportReport'];

export type MeetingSettings = Schemas['MeetingSettings'];
export type MeetingState = 'scheduled' | 'running' | 'ended' | 'cancelled';
export type MeetingFace = Written<Schemas['MeetingFace']>;
export type MeetingStay = Written<Schemas['MeetingStay']>;
export type MeetingPerson = Written<Schemas['MeetingPerson']>;
export type MeetingInvitee = Written<Schemas['MeetingInvitee']>;

export type Meeting = With<
  Written<Schemas['Meeting']>,
  {
    kind: 'instant' | 'scheduled' | 'personal';
    state: MeetingState;
    host: MeetingPerson;
    invitees: MeetingInvitee[];
    participants: MeetingFace[];
    attendance?: MeetingStay[] | null;
  }
>;

/** What anybody with the number may know before entering. */
export type MeetingDoor = With<
  Written<Schemas['MeetingDoor']>,
  { state: MeetingState; participants: MeetingFace[] }
>;
export type Joined = With<Schemas['Joined'], { meeting: MeetingDoor }>;
export type Call = With<Schemas['Call'], { caller: MeetingPerson; people_in: MeetingFace[] }>;

export type Notice = With<
  Written<Schemas['Notice']>,
  { actor: Written<Schemas['NoticeActor']> | null; data: Record<string, unknown> }
>;
export type NoticePage = With<Written<Schemas['NoticeList']>, { notices: Notice[] }>;
export type NoticesMarked = Schemas['NoticesMarked'];
export type NoticeSettings = Schemas['NoticeSettings'];

/** What the realtime socket says. Events are hints: the answer is always fetched. */
export type ServerEvent =
  | { type: 'hello' }
  | { type: 'presence'; member_id: string; presence: Presence }
  | { type: 'missed' }
  | { type: 'org.changed' }
  | { type: 'notify.new'; notice: Notice; unread: number }
  | { type: 'notify.read'; unread: number }
  | { type: 'chat.message'; message: Message }
  | { type: 'chat.conversation'; conversation_id: string }
  | { type: 'chat.gone'; conversation_id: string }
  | { type: 'chat.read'; conversation_id: string; cursors: [member_id: string, read_seq: number][] }
  | { type: 'chat.typing'; conversation_id: string; member_id: string }
  | { type: 'chat.urgent'; urgent: Urgent }
  | { type: 'meetings.changed'; meeting_id: string }
  | { type: 'meetings.call'; call: Call }
  | {
      type: 'meetings.call_ended';
      call_id: string;
      meeting_id: string;
      callee_id: string;
      reason: 'accepted' | 'declined' | 'missed' | 'cancelled';
      message: string | null;
    };
