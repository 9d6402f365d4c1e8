/** Every request about pushes. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api';
import { notifyKey } from '../api';

export type PushDevice = {
  id: string;
  name: string;
  created_at: number;
  last_used_at: number | null;
  /** Whether it is this device. */
  current: boolean;
};

export type PushOverview = {
  public_key: string;
  subscriptions: PushDevice[];
  hide_content: boolean;
  push_allowed: boolean;
};

export type PushPolicy = Pick<PushOverview, 'hide_content' | 'push_allowed'>;

const root = '/api/notify/push';

export const pushQuery = queryOptions({
  queryKey: [...notifyKey, 'push'],
  queryFn: () => api.get<PushOverview>(root),
  staleTime: 60_000,
  retry: false,
});

export const tellSubscription = (subscription: PushSubscription, name: string) => {
  const { endpoint, keys } = subscription.toJSON();
  return api.post<PushOverview>(root, { endpoint, keys, name });
};
export const forgetDevice = (id: string) => api.delete(`${root}/${id}`);
export const pushTest = () => api.post(`${root}/test`);

export const policyQuery = queryOptions({
  queryKey: [...notifyKey, 'policy'],
  queryFn: () => api.get<PushPolicy>('/api/notify/policy'),
});
export const savePolicy = (policy: PushPolicy) => api.put<PushPolicy>('/api/notify/policy', policy);
