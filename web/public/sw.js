/**
 * What reaches this browser while no page of the office is looked at: pushes, and what pressing them opens.
 * It keeps no page and answers no request. Words come from the page (`src/notify/push/words.ts`), which
 * leaves them in a cache in the language that is read here.
 */
const wordsCache = 'hutong-words';
const wordsPath = '/sw-words.json';
/** Held by a window that shows this screen to others (`src/lib/sharing.ts`). */
const sharingLock = 'hutong.sharing';
const icon = '/icons/mark-192.png';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

async function knownWords() {
  try {
    const kept = await (await caches.open(wordsCache)).match(wordsPath);
    return kept ? await kept.json() : {};
  } catch {
    return {};
  }
}

/** Nobody else is to read what comes in. */
async function isSharing() {
  try {
    const { held = [] } = await navigator.locks.query();
    return held.some(({ name }) => name === sharingLock);
  } catch {
    return false;
  }
}

const filled = (template, values) =>
  template.replace(/\{\{(\w+)\}\}/g, (whole, name) => values[name] ?? whole);

/** What a push says: the title of the notice and the line below it. */
function saidBy(push, words) {
  const { kind = '', title = '', body = '', actor = '', context } = push;
  if (!body && !actor && kind.startsWith('chat.')) return { title, body: words.hidden ?? '' };
  if (kind === 'chat.message') {
    const line = body || words[`chat.message_${context}`] || words.hidden || '';
    return title === actor || !actor
      ? { title, body: line }
      : { title, body: filled(words.said ?? '{{name}}: {{text}}', { name: actor, text: line }) };
  }
  const template = words[`${kind}_${context}`] ?? words[kind];
  const headline = template && filled(template, { name: actor || words.somebody || '', text: body, title });
  // A template wants what this push does not bring, or the office is newer than the words.
  if (!headline || headline.includes('{{')) return { title, body };
  return { title: headline, body: title };
}

self.addEventListener('push', (event) => {
  event.waitUntil(
    (async () => {
      let push = {};
      try {
        push = event.data?.json() ?? {};
      } catch {
        // What cannot be read still says that something is there.
      }
      if (typeof push.badge === 'number') {
        if (push.badge > 0) await self.navigator.setAppBadge?.(push.badge)?.catch?.(() => undefined);
        else await self.navigator.clearAppBadge?.()?.catch?.(() => undefined);
      }
      if (await isSharing()) return;
      const { title, body } = saidBy(push, await knownWords());
      await self.registration.showNotification(title || '胡同 Hutong', {
        body,
        tag: push.tag,
        icon,
        badge: icon,
        data: { link: push.link },
        requireInteraction: push.kind === 'meetings.call' || push.kind === 'chat.urgent',
      });
    })(),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const link = event.notification.data?.link;
  const path = typeof link === 'string' && /^\/(?!\/)/.test(link) ? link : '/';
  event.waitUntil(
    (async () => {
      const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      // Nobody leaves a call because they pressed a notice.
      const free = windows.filter(({ url }) => !new URL(url).pathname.startsWith('/m/'));
      const [target] = [...free].sort((one, other) => Number(other.focused) - Number(one.focused));
      if (!target) return self.clients.openWindow(path);
      target.postMessage({ type: 'open', path });
      return target.focus().catch(() => self.clients.openWindow(path));
    })(),
  );
});

/** The browser has drawn a new address for itself: the office is told, as this person’s device. */
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(
    (async () => {
      const options = event.oldSubscription?.options;
      const fresh =
        event.newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)));
      if (!fresh) return;
      const { endpoint, keys } = fresh.toJSON();
      await fetch('/api/notify/push', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'hutong' },
        body: JSON.stringify({ endpoint, keys, name: (await knownWords()).device ?? '' }),
      });
    })(),
  );
});
