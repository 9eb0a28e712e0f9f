import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Megaphone } from "lucide-react";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "@/api/field-errors";
import { formatCount } from "@/lib/format";
import { FormError } from "@/ui/form-error";
import { LoadMore } from "@/ui/load-more";
import { Panel } from "@/ui/panel";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TextField } from "@/ui/text-field";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { auditQuery, useAnnounce } from "./queries";
import { UserSelect } from "./user-select";

/** Limits of the API. */
const TITLE_LENGTH = 255;
const MESSAGE_LENGTH = 10_000;

/** Announcements: write one, and see earlier ones. */
export function AnnouncementsTab() {
  return (
    <Box
      sx={{
        display: "grid",
        gap: 3,
        alignItems: "start",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(340px, 560px) minmax(0, 1fr)" },
      }}
    >
      <NewAnnouncement />
      <Panel title="Sent">
        <SentAnnouncements />
      </Panel>
    </Box>
  );
}

function NewAnnouncement() {
  const announce = useAnnounce();
  const toast = useToast();
  const [title, setTitle] = useState("");
  const [message, setMessage] = useState("");
  const [userId, setUserId] = useState("");
  const errors = fieldErrorsOf(announce.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    announce.mutate(
      {
        title: title.trim(),
        message: message.trim(),
        notification_type: "system",
        ...(userId && { user_id: userId }),
      },
      {
        onSuccess: (sent) => {
          setTitle("");
          setMessage("");
          toast({ message: sentTo(sent), severity: "success" });
        },
      },
    );
  };
  return (
    <Panel
      title="New announcement"
      description="Appears in the notifications of every user who has announcements turned on."
    >
      <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
        <TextField
          label="Title"
          size="small"
          required
          autoComplete="off"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          error={errors("title") !== undefined}
          helperText={errors("title")}
          slotProps={{ htmlInput: { maxLength: TITLE_LENGTH } }}
        />
        <TextField
          label="Message"
          size="small"
          multiline
          minRows={4}
          maxRows={14}
          value={message}
          onChange={(event) => setMessage(event.target.value)}
          error={errors("message") !== undefined}
          helperText={errors("message")}
          slotProps={{ htmlInput: { maxLength: MESSAGE_LENGTH } }}
        />
        <UserSelect label="To" placeholder="All users" value={userId} onChange={setUserId} />
        <FormError error={announce.error} fields={["title", "message"]} />
        <Button
          type="submit"
          variant="contained"
          loading={announce.isPending}
          disabled={title.trim() === ""}
          startIcon={<Megaphone size={17} aria-hidden />}
          sx={{ justifySelf: "start" }}
        >
          Send
        </Button>
      </Box>
    </Panel>
  );
}

function SentAnnouncements() {
  const query = useInfiniteQuery(auditQuery({ kind: "notification.announced" }));
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <RecordList query={query} empty="Nothing sent yet.">
        {entries.map(({ id, at, summary, detail }) => (
          <RecordListItem
            key={id}
            title={summary}
            detail={
              <>
                <TimeAgo at={at} /> · {sentTo(countsOf(detail))}
                {typeof detail.message === "string" && detail.message !== "" ? (
                  <Typography variant="body2" sx={{ whiteSpace: "pre-wrap", mt: 0.5 }}>
                    {detail.message}
                  </Typography>
                ) : null}
              </>
            }
          />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </>
  );
}

interface Counts {
  readonly created: number;
  readonly skipped: number;
}

function countsOf(detail: Record<string, unknown>): Counts {
  return { created: Number(detail.created ?? 0), skipped: Number(detail.skipped ?? 0) };
}

/** Return "Sent to 12 users; 3 have such notifications turned off". */
function sentTo({ created, skipped }: Counts): string {
  const sent = `Sent to ${formatCount(created)} ${created === 1 ? "user" : "users"}`;
  if (skipped === 0) return sent;
  return `${sent}; ${formatCount(skipped)} ${skipped === 1 ? "has" : "have"} such notifications turned off`;
}
