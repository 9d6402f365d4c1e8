/** Our own button variant: soft jade, for the acts beside the one solid button. Same face as the Ant Design button. */
import { Button, type ButtonProps } from 'antd';
import styles from './SoftButton.module.css';

export function SoftButton({ className, ...rest }: ButtonProps) {
  return <Button {...rest} type="text" className={`${styles.soft} ${className ?? ''}`} />;
}
