/** Who is here and which office this is: the two questions every screen may ask. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, api } from './client';
import type { Me, OfficeInfo, Permission } from './types';

export const officeKey = ['office'] as const;
export const meKey = ['org', 'me'] as const;

export const officeQuery = {
  queryKey: officeKey,
  queryFn: () => api.get<OfficeInfo>('/api/office'),
  staleTime: 60_000,
};

export const meQuery = {
  queryKey: meKey,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await api.get<Me>('/api/org/me');
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
};

export const useOffice = () => useQuery(officeQuery).data;

/** The signed-in person, or null for a guest. */
export const useMaybeMe = (): Me | null => useQuery(meQuery).data ?? null;

/** The signed-in person; only for screens behind the sign-in. */
export function useMe(): Me {
  const me = useMaybeMe();
  if (!me) throw new Error('useMe outside the signed-in part');
  return me;
}

/** Whether the signed-in person may do something. */
export const useMay = (permission: Permission): boolean =>
  useMaybeMe()?.permissions.includes(permission) ?? false;

/** Changes what is known about me at once. */
export function useSetMe(): (me: Me | null) => void {
  const client = useQueryClient();
  return (me) => client.setQueryData(meKey, me);
}
