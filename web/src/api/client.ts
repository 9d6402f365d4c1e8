/** Requests to the office. Every failure becomes an `ApiError` with the server's stable code and its words. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The office could not be reached at all. */
  get offline(): boolean {
    return this.status === 0;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

type Options = { query?: Query; body?: unknown; text?: string; contentType?: string; signal?: AbortSignal };

const unauthorised = new Set<() => void>();

/** Called whenever the office says that nobody is signed in here any more. */
export function onSignedOut(act: () => void): () => void {
  unauthorised.add(act);
  return () => unauthorised.delete(act);
}

function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const tail = search.toString();
  return tail ? `${path}?${tail}` : path;
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const said = (body ?? {}) as { code?: string; message?: string; field?: string | null };
  return new ApiError(
    response.status,
    said.code ?? `http.${response.status}`,
    said.message ?? '',
    said.field ?? undefined,
  );
}

async function send<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': document.documentElement.lang || 'zh-CN',
  };
  if (method !== 'GET') headers['X-Requested-With'] = 'hutong';
  let body: BodyInit | undefined;
  if (options.body instanceof Blob) {
    body = options.body;
    headers['Content-Type'] = options.body.type || 'application/octet-stream';
  } else if (options.text !== undefined) {
    body = options.text;
    headers['Content-Type'] = options.contentType ?? 'text/plain';
  } else if (options.body !== undefined) {
    body = JSON.stringify(options.body);
    headers['Content-Type'] = 'application/json';
  }
  let response: Response;
  try {
    response = await fetch(address(path, options.query), { method, headers, body, signal: options.signal });
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new ApiError(0, 'offline', '');
  }
  if (!response.ok) {
    const error = await failure(response);
    if (response.status === 401 && !path.endsWith('/sign-in')) for (const act of unauthorised) act();
    throw error;
  }
  const text = response.status === 204 ? '' : await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => send<T>('GET', path, { query, signal }),
  post: <T = void>(path: string, body?: unknown, query?: Query) => send<T>('POST', path, { body, query }),
  put: <T = void>(path: string, body?: unknown) => send<T>('PUT', path, { body }),
  patch: <T = void>(path: string, body?: unknown) => send<T>('PATCH', path, { body }),
  delete: <T = void>(path: string) => send<T>('DELETE', path),
  postText: <T = void>(path: string, text: string, contentType: string, query?: Query) =>
    send<T>('POST', path, { text, contentType, query }),
};
