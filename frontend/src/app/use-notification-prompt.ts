import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { meQuery, useChangePreferences } from "@/features/session";
import { readStored, reviveBoolean, writeStored } from "@/lib/storage/stored-state";
import { useToast } from "@/ui/toast";

const OFFERED = "notifications-offered";

/** Offer notifications, once, to somebody whose first picture is done and who has them off. */
export function useNotificationPrompt(): () => void {
  const client = useQueryClient();
  const toast = useToast();
  const { mutate } = useChangePreferences();
  const latest = useRef(mutate);
  latest.current = mutate;
  return useCallback(() => {
    const me = client.getQueryData(meQuery.queryKey);
    if (me === undefined || me.preferences.notifications_enabled) return;
    if (readStored(OFFERED, reviveBoolean) === true) return;
    writeStored(OFFERED, true);
    toast({
      message: "Shall Genonaut tell you when pictures are done?",
      action: { label: "Turn on", run: () => latest.current({ notifications_enabled: true }) },
    });
  }, [client, toast]);
}
