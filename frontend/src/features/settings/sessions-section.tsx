import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import { useQuery } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { LoginSession } from "@/api/types";
import { Panel } from "@/ui/panel";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { sessionsQuery, useEndOtherSessions, useEndSession } from "./queries";

/** The login sessions of the user. */
export function SessionsSection() {
  const query = useQuery(sessionsQuery);
  const end = useEndSession();
  const endOthers = useEndOtherSessions();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const sessions = query.data?.items ?? [];
  return (
    <Panel
      title="Active sessions"
      action={
        sessions.length > 1 ? (
          <Button size="small" onClick={() => endOthers.mutate(undefined, { onError })}>
            Sign out all others
          </Button>
        ) : null
      }
    >
      <RecordList query={query} empty="No active sessions.">
        {sessions.map((session) => (
          <RecordListItem
            key={session.id}
            title={deviceOf(session)}
            detail={
              <>
                {session.address} · used <TimeAgo at={session.last_used_at} />
              </>
            }
            action={
              session.is_current ? (
                <Chip size="small" color="success" variant="outlined" label="This device" />
              ) : (
                <Button size="small" color="inherit" onClick={() => end.mutate(session.id, { onError })}>
                  Sign out
                </Button>
              )
            }
          />
        ))}
      </RecordList>
    </Panel>
  );
}

const BROWSERS = ["Edg", "Firefox", "Chrome", "Safari"] as const;
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"] as const;

/** Return a name such as "Firefox on Linux" from the user agent. */
function deviceOf({ user_agent: agent }: LoginSession): string {
  const browser = BROWSERS.find((name) => agent.includes(name));
  const system = SYSTEMS.find((name) => agent.includes(name));
  if (browser === undefined) return agent.slice(0, 60) || "Unknown browser";
  return `${browser === "Edg" ? "Edge" : browser}${system === undefined ? "" : ` on ${system}`}`;
}
