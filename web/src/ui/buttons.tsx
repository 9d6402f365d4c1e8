/** What every Ant Design button of ours has in common. */
import type { ConfigProviderProps } from 'antd';
import { LoaderCircle } from 'lucide-react';

/**
 * The library's own spinner goes by an animation and waits for its end. When an answer comes within a frame or two there
 * is nothing to animate and no end: it stays, unseen, and the button is read out as “loading” ever after.
 */
export const antdButton: ConfigProviderProps['button'] = {
  autoInsertSpace: false,
  loadingIcon: <LoaderCircle className="spinning" size={16} strokeWidth={1.75} aria-hidden="true" />,
};
