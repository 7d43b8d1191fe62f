import { useCallback, useEffect, useRef, useState } from 'react';

/** Controls stay so long after the last sign of a person. */
const AWAKE_MS = 4_000;

/** Whether somebody is busy with the player, and how to say so. Begins awake. */
export function useAwake(): [awake: boolean, stir: () => void] {
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stir = useCallback(() => {
    setAwake(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAwake(false), AWAKE_MS);
  }, []);
  useEffect(() => {
    stir();
    return () => clearTimeout(timer.current);
  }, [stir]);
  return [awake, stir];
}
