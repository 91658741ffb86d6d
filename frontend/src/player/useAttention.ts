import { useCallback, useEffect, useRef, useState } from 'react';

const IDLE_AFTER_MS = 3000;

/** Whether the viewer has just moved the pointer, touched or typed; `notice` says that it happened. */
export function useAttention() {
  const [isAttentive, setIsAttentive] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const notice = useCallback((attentive = true) => {
    clearTimeout(timer.current);
    setIsAttentive(attentive);
    if (attentive) timer.current = setTimeout(() => setIsAttentive(false), IDLE_AFTER_MS);
  }, []);

  useEffect(() => {
    notice();
    return () => clearTimeout(timer.current);
  }, [notice]);

  return { isAttentive, notice };
}
