import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CollectionLink, LinkSubmit } from "@/api/types";
import { formatDateTime } from "@/lib/format";
import { CopyButton } from "@/ui/copy-button";
import { FilterSelect } from "@/ui/filter-select";
import { TextField } from "@/ui/text-field";
import { linkQuery } from "../queries";
import { EXPIRIES, type Expiry, expiresAt } from "./expiry";
import { LinkEnd } from "./link-end";
import { useLinkChanges } from "./use-link-changes";

const SHOW_PROMPTS = "Show titles and prompts, and give files of videos, audio and others";

interface LinkPartProps {
  readonly id: number;
  /** Whether there are collections inside. */
  readonly hasInner: boolean;
}

/** The link of a collection: make one, protect it, turn it off. */
export function LinkPart({ id, hasInner }: LinkPartProps) {
  const query = useQuery(linkQuery(id));
  const [address, setAddress] = useState<string | null>(null);
  const link = query.data;
  return (
    <Box component="section" sx={{ display: "grid", gap: 1.5 }}>
      <Typography variant="h3" component="h3">
        Link
      </Typography>
      {hasInner ? (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          The link does not show the collections inside. Each can have a link of its own.
        </Typography>
      ) : null}
      {link === undefined ? null : link === null ? (
        <NewLink id={id} onMade={setAddress} />
      ) : (
        <ExistingLink id={id} link={link} address={address} onAddress={setAddress} />
      )}
    </Box>
  );
}

/** Return the function that makes a link and passes on its address, also when its form is gone by then. */
function useNewLink(id: number, onMade: (address: string) => void) {
  const { make } = useLinkChanges(id);
  const send = (body: LinkSubmit) =>
    void make.mutateAsync(body).then(
      ({ token }) => onMade(addressOf(token)),
      // A toast says why it failed.
      () => undefined,
    );
  return { make: send, isMaking: make.isPending };
}

interface NewLinkProps {
  readonly id: number;
  readonly onMade: (address: string) => void;
}

function NewLink({ id, onMade }: NewLinkProps) {
  const { make, isMaking } = useNewLink(id, onMade);
  const [password, setPassword] = useState("");
  const [expiry, setExpiry] = useState<Expiry>("never");
  const [showsPrompts, setShowsPrompts] = useState(false);
  const send = () =>
    make({
      password: password === "" ? null : password,
      expires_at: expiresAt(expiry),
      shows_prompts: showsPrompts,
    });
  return (
    <>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        Visitors who have the link see your images of this collection without an account.
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5 }}>
        <TextField
          label="Password (optional)"
          size="small"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          sx={{ flex: "1 1 200px" }}
        />
        <FilterSelect
          label="Ends"
          value={expiry}
          options={EXPIRIES}
          width={150}
          onChange={(value) => value && setExpiry(value)}
        />
      </Box>
      <FormControlLabel
        control={<Switch checked={showsPrompts} onChange={(_event, isOn) => setShowsPrompts(isOn)} />}
        label={SHOW_PROMPTS}
      />
      <Button variant="contained" onClick={send} loading={isMaking} sx={{ justifySelf: "start" }}>
        Make link
      </Button>
    </>
  );
}

interface ExistingLinkProps {
  readonly id: number;
  readonly link: CollectionLink;
  /** Known only right after the link was made. */
  readonly address: string | null;
  readonly onAddress: (address: string | null) => void;
}

function ExistingLink({ id, link, address, onAddress }: ExistingLinkProps) {
  const { change, revoke } = useLinkChanges(id);
  const { make, isMaking } = useNewLink(id, onAddress);
  const [password, setPassword] = useState("");
  const isExpired = link.expires_at !== null && new Date(link.expires_at) <= new Date();
  const replace = () =>
    make({ shows_prompts: link.shows_prompts, expires_at: isExpired ? null : link.expires_at });
  const setNewPassword = () => change.mutate({ password }, { onSuccess: () => setPassword("") });
  return (
    <>
      <Address address={address} hasPassword={link.has_password} />
      <FormControlLabel
        control={
          <Switch
            checked={link.is_enabled}
            onChange={(_event, isOn) => change.mutate({ is_enabled: isOn })}
          />
        }
        label={link.is_enabled ? "The link works" : "The link is turned off"}
      />
      <FormControlLabel
        control={
          <Switch
            checked={link.shows_prompts}
            onChange={(_event, isOn) => change.mutate({ shows_prompts: isOn })}
          />
        }
        label={SHOW_PROMPTS}
      />
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <TextField
          label={link.has_password ? "New password" : "Password"}
          size="small"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          sx={{ flex: "1 1 180px" }}
        />
        <Button onClick={setNewPassword} disabled={password === ""} loading={change.isPending}>
          Set password
        </Button>
        {link.has_password ? (
          <Button color="inherit" onClick={() => change.mutate({ password: null })}>
            Remove password
          </Button>
        ) : null}
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <Typography
          variant="body2"
          sx={{ flex: "1 1 180px", color: isExpired ? "error.main" : "text.secondary" }}
        >
          {endOf(link.expires_at, isExpired)}
        </Typography>
        <FilterSelect
          label="Change end"
          all="Keep"
          value={"" as Expiry | ""}
          options={EXPIRIES}
          width={150}
          onChange={(expiry) =>
            expiry === "" ? undefined : change.mutate({ expires_at: expiresAt(expiry) })
          }
        />
      </Box>
      <LinkEnd
        isReplacing={isMaking}
        onReplace={replace}
        onDelete={() => revoke.mutate(undefined, { onSuccess: () => onAddress(null) })}
      />
    </>
  );
}

function endOf(at: string | null, isExpired: boolean): string {
  if (at === null) return "It does not end.";
  return isExpired ? `It ended on ${formatDateTime(at)}.` : `It ends on ${formatDateTime(at)}.`;
}

interface AddressProps {
  readonly address: string | null;
  readonly hasPassword: boolean;
}

function Address({ address, hasPassword }: AddressProps) {
  if (address === null) {
    return (
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        This collection has a link{hasPassword ? " with a password" : ""}. Its address was shown when it was
        made. If you no longer have it, replace the link.
      </Typography>
    );
  }
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1,
        p: 1,
        pl: 1.5,
        borderRadius: "10px",
        bgcolor: "action.hover",
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="body2" sx={{ overflowWrap: "anywhere", fontWeight: 600 }}>
          {address}
        </Typography>
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          Copy it now. It is not shown again.
        </Typography>
      </Box>
      <CopyButton text={address} label="Copy link" />
    </Box>
  );
}

const addressOf = (token: string): string => `${window.location.origin}/s/${token}`;
