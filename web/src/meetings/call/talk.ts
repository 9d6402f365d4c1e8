/** Talking without a voice: chat, reactions, the raised hand, and a host's wish to hear somebody. */
import type { Participant, Room, TextStreamReader } from 'livekit-client';
import { type Inside, isOn, messageOf } from './inside';
import { CHAT_CHARS_MAX } from './limits';
import { HAND } from './person';
import { roleOf } from './state';

const REACTION_TOPIC = 'hutong.reaction';
const ASK_TOPIC = 'hutong.ask';
export const CHAT_TOPIC = 'lk.chat';

const REACTION_SHOWN_MS = 5000;
const REACTION_CHARS_MAX = 16;
/** More bytes than this are no reaction and no wish. */
const DATA_BYTES_MAX = 256;

export class Talk {
  constructor(private readonly inside: Inside) {}

  async hear(room: Room, reader: TextStreamReader, identity: string): Promise<void> {
    const text = await reader.readAll().catch(() => '');
    if (room !== this.inside.room() || text.trim() === '') return;
    const name = this.inside.state().people[identity]?.name ?? identity;
    const line = {
      id: reader.info.id,
      identity,
      name,
      text: text.slice(0, CHAT_CHARS_MAX),
      at: reader.info.timestamp,
    };
    this.inside.dispatch({ type: 'line', line: { ...line, state: 'sent' } });
  }

  receive(from: Participant, topic: string, bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes.slice(0, DATA_BYTES_MAX));
    if (topic === REACTION_TOPIC && text.length > 0 && text.length <= REACTION_CHARS_MAX)
      this.#react(from.identity, text);
    const role = roleOf(this.inside.state(), from.identity);
    if (
      topic === ASK_TOPIC &&
      text === 'unmute' &&
      (role === 'host' || role === 'co_host') &&
      !isOn(this.inside.state().microphone)
    )
      this.inside.notify('asked_to_unmute', from.name ?? null, { keep: true });
  }

  async send(text: string): Promise<void> {
    const trimmed = text.trim().slice(0, CHAT_CHARS_MAX);
    const { me, people } = this.inside.state();
    if (trimmed === '') return;
    const line = {
      id: this.inside.id(),
      identity: me,
      name: people[me]?.name ?? '',
      text: trimmed,
      at: this.inside.now(),
    };
    this.inside.dispatch({ type: 'line', line: { ...line, state: 'sending' } });
    await this.#deliver(line.id, trimmed);
  }

  async resend(id: string): Promise<void> {
    const entry = this.inside.state().chat.find((one) => one.id === id);
    if (!entry || !('text' in entry)) return;
    this.inside.dispatch({ type: 'line_state', id, state: 'sending' });
    await this.#deliver(id, entry.text);
  }

  async #deliver(id: string, text: string): Promise<void> {
    try {
      const local = this.inside.room()?.localParticipant;
      if (!local || this.inside.state().connection !== 'joined') throw new Error('not connected');
      await local.sendText(text, { topic: CHAT_TOPIC });
      this.inside.dispatch({ type: 'line_state', id, state: 'sent' });
    } catch {
      this.inside.dispatch({ type: 'line_state', id, state: 'failed' });
    }
  }

  async react(emoji: string): Promise<void> {
    this.#react(this.inside.state().me, emoji);
    await this.#publish(emoji, REACTION_TOPIC);
  }

  async setHand(raised: boolean): Promise<void> {
    const local = this.inside.room()?.localParticipant;
    await local
      ?.setAttributes({ [HAND]: raised ? String(this.inside.now()) : '' })
      .catch((error: unknown) => {
        this.inside.notify('act_failed', messageOf(error));
      });
  }

  toggleHand = (): Promise<void> => {
    const { people, me } = this.inside.state();
    return this.setHand((people[me]?.handRaisedAt ?? null) === null);
  };

  #react(identity: string, emoji: string): void {
    const name = this.inside.state().people[identity]?.name ?? identity;
    const reaction = { id: this.inside.id(), identity, name, emoji, at: this.inside.now() };
    this.inside.dispatch({ type: 'reaction', reaction });
    setTimeout(() => this.inside.dispatch({ type: 'reaction_over', id: reaction.id }), REACTION_SHOWN_MS);
  }

  async #publish(text: string, topic: string, to?: string[]): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    await this.inside
      .room()
      ?.localParticipant.publishData(bytes, { reliable: true, topic, destinationIdentities: to })
      .catch(() => undefined);
  }

  askToUnmute = (identities: string[]): Promise<void> => this.#publish('unmute', ASK_TOPIC, identities);
}
