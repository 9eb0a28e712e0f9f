import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { meQuery, useChangePreferences } from "@/features/session";
import { readStored, reviveBoolean, writeStored } from "@/lib/storage/stored-state";
import { useToast } from "@/ui/toast";

const SUGGESTED = "notifications-offered";

/** Return a function that suggests notifications: once per browser, to users who have them off. */
export function useNotificationPrompt(): () => void {
  const client = useQueryClient();
  const toast = useToast();
  const { mutate } = useChangePreferences();
  const latest = useRef(mutate);
  latest.current = mutate;
  return useCallback(() => {
    const me = client.getQueryData(meQuery.queryKey);
    if (me === undefined || me.preferences.notifications_enabled) return;
    if (readStored(SUGGESTED, reviveBoolean) === true) return;
    writeStored(SUGGESTED, true);
    toast({
      message: "Notify me when images finish?",
      action: { label: "Turn on", run: () => latest.current({ notifications_enabled: true }) },
    });
  }, [client, toast]);
}
