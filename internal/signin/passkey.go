package signin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	entaccount "github.com/feddir/feddir/ent/generated/account"
	entpasskey "github.com/feddir/feddir/ent/generated/passkey"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/passkey"
)

const (
	// ceremonyCookie holds a ceremony that the browser has begun.
	ceremonyCookie = "__Host-feddir_passkey"
	ceremonyUse    = "passkey ceremony"
	maxPasskeys    = 20
	// Recent is how long ago a person may have shown who it is, for what matters.
	Recent = 15 * time.Minute
)

// ceremony is one that has begun, and what for.
type ceremony struct {
	passkey.Pending
	Kind    string    `json:"kind"` // signin, enrol or again
	Session uuid.UUID `json:"for,omitzero"`
}

// The texts that the small file of JavaScript shows; see text.go for other languages.
var (
	passkeyExpired = &message{status: http.StatusBadRequest, Title: "That took too long. Try again."}
	passkeyInvalid = &message{status: http.StatusForbidden, Title: "This passkey is not one of this server, or its account has ended."}
	passkeyNone    = &message{status: http.StatusNotFound, Title: "Passkeys do not work at this address. Use https, or localhost."}
	passkeyMany    = &message{status: http.StatusConflict, Title: "An account has at most 20 passkeys. Delete one first."}
	notSignedIn    = &message{status: http.StatusUnauthorized, Title: "The session has ended. Sign in again."}
	notRecent      = &message{status: http.StatusForbidden, Title: "Confirm who you are first."}
	notJSON        = &message{status: http.StatusUnsupportedMediaType, Title: "This takes JSON."}
)

// api answers a request of the small file of JavaScript: JSON, or what is wrong.
func (h *Handler) api(f func(w http.ResponseWriter, r *http.Request, body []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(viewer.WithSystem(r.Context(), viewer.SignIn))
		answer, err := h.call(w, r, f)
		status := http.StatusOK
		if err != nil {
			m, ok := errors.AsType[*message](err)
			if !ok {
				h.logError(r, err)
				m = unavailable
			}
			status, answer = m.status, map[string]string{"error": translate(languageOf(r), m.Title)}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (h *Handler) call(w http.ResponseWriter, r *http.Request, f func(http.ResponseWriter, *http.Request, []byte) (any, error)) (any, error) {
	if h.passkeys == nil {
		return nil, passkeyNone
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, notJSON
	}
	if err := h.attempts.admit(h, r, ""); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, badForm
	}
	return f(w, r, body)
}

// beginCeremony gives the browser what it needs for a ceremony.
func (h *Handler) beginCeremony(w http.ResponseWriter, r *http.Request, _ []byte) (any, error) {
	c := ceremony{Kind: r.PathValue("kind")}
	var options json.RawMessage
	var err error
	switch c.Kind {
	case "signin":
		options, c.Pending, err = h.passkeys.BeginSignIn()
	case "again", "enrol":
		var v viewer.Viewer
		if v, err = h.signedInViewer(r); err != nil {
			return nil, err
		}
		c.Session = v.SessionID
		if c.Kind == "again" {
			options, c.Pending, err = h.passkeys.BeginSignIn()
			break
		}
		options, c.Pending, err = h.beginEnrolment(r.Context(), v)
	default:
		return nil, errNothingHere
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	http.SetCookie(w, newCookie(ceremonyCookie, h.cfg.Sealer.Seal(ceremonyUse, text), pendingTime))
	return map[string]any{"options": options}, nil
}

func (h *Handler) signedInViewer(r *http.Request) (viewer.Viewer, error) {
	v, ok, err := h.cfg.Auth.Session(r)
	if err == nil && !ok {
		err = notSignedIn
	}
	return v, err
}

// beginEnrolment begins to make a passkey for an account that has just shown who it
// is.
func (h *Handler) beginEnrolment(ctx context.Context, v viewer.Viewer) (json.RawMessage, passkey.Pending, error) {
	if h.cfg.Now().Sub(v.AuthenticatedAt) > Recent {
		return nil, passkey.Pending{}, notRecent
	}
	a, err := h.cfg.DB.Client(ctx).Account.Query().Where(entaccount.CompanyID(v.CompanyID), entaccount.ID(v.AccountID)).Only(ctx)
	if err != nil {
		return nil, passkey.Pending{}, err
	}
	existing, err := h.passkeysOf(ctx, v.AccountID)
	if err != nil {
		return nil, passkey.Pending{}, err
	}
	if len(existing) >= maxPasskeys {
		return nil, passkey.Pending{}, passkeyMany
	}
	return h.passkeys.BeginEnrolment(a.ID[:], a.Name, existing)
}

// finishCeremony takes what the browser's authenticator answered.
func (h *Handler) finishCeremony(w http.ResponseWriter, r *http.Request, body []byte) (any, error) {
	var c ceremony
	cookie, err := r.Cookie(ceremonyCookie)
	if err == nil {
		text, ok := h.cfg.Sealer.Open(ceremonyUse, cookie.Value)
		if !ok || json.Unmarshal(text, &c) != nil {
			err = passkeyExpired
		}
	}
	http.SetCookie(w, newCookie(ceremonyCookie, "", -time.Second)) // it is good for one answer
	if err != nil || c.Kind != r.PathValue("kind") {
		return nil, passkeyExpired
	}
	var sent struct {
		Response json.RawMessage `json:"response"`
		Name     string          `json:"name"`
		Return   string          `json:"return"`
	}
	if json.Unmarshal(body, &sent) != nil {
		return nil, badForm
	}
	switch c.Kind {
	case "signin":
		return h.signInWithPasskey(w, r, c, sent.Response, sent.Return)
	case "again":
		return h.againWithPasskey(r, c, sent.Response, sent.Return)
	}
	return h.enrol(r, c, sent.Response, sent.Name)
}

// usePasskey returns the account whose passkey answered, and notes its use, in the
// transaction of ctx.
func (h *Handler) usePasskey(ctx context.Context, c ceremony, response []byte) (*ent.Account, *ent.Company, error) {
	handle, used, err := h.passkeys.FinishSignIn(c.Pending, response, func(handle []byte) ([]passkey.Credential, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return nil, passkey.ErrUnknown
		}
		return h.passkeysOf(ctx, id)
	})
	if err != nil {
		return nil, nil, err
	}
	a, company, err := h.workingAccount(ctx, entaccount.ID(uuid.UUID(handle)))
	if err == nil {
		err = h.checkLinkedUser(ctx, a)
	}
	if err != nil {
		return nil, nil, err
	}
	now := schematype.Now()
	return a, company, h.cfg.DB.Client(ctx).Passkey.Update().
		Where(entpasskey.CompanyID(a.CompanyID), entpasskey.AccountID(a.ID), entpasskey.CredentialID(used.ID)).
		SetSignCount(int64(used.SignCount)).SetBackedUp(used.BackedUp).SetLastUsedAt(now).Exec(ctx)
}

func (h *Handler) signInWithPasskey(w http.ResponseWriter, r *http.Request, c ceremony, response []byte, back string) (any, error) {
	var secret auth.Secret
	var shortName string
	err := h.cfg.Operations.InTx(r.Context(), func(ctx context.Context) error {
		a, company, err := h.usePasskey(ctx, c, response)
		if err != nil {
			return err
		}
		shortName = company.ShortName
		secret, _, err = h.startSession(ctx, r, a, session.MethodPASSKEY)
		return err
	})
	if err != nil {
		return nil, h.passkeyError(r, err)
	}
	h.signedIn(w, r, secret, shortName)
	return map[string]string{"location": local(back)}, nil
}

func (h *Handler) againWithPasskey(r *http.Request, c ceremony, response []byte, back string) (any, error) {
	v, err := h.signedInViewer(r)
	if err != nil {
		return nil, err
	}
	err = h.cfg.Operations.InTx(r.Context(), func(ctx context.Context) error {
		a, _, err := h.usePasskey(ctx, c, response)
		if err == nil && (a.ID != v.AccountID || c.Session != v.SessionID) {
			err = passkey.ErrUnknown
		}
		return err
	})
	if err != nil {
		return nil, h.passkeyError(r, err)
	}
	return map[string]string{"location": local(back)}, h.cfg.Sessions.Confirm(r.Context(), v.CompanyID, v.SessionID)
}

// enrol stores a new passkey of the account that is signed in.
func (h *Handler) enrol(r *http.Request, c ceremony, response []byte, name string) (any, error) {
	v, err := h.signedInViewer(r)
	if err != nil {
		return nil, err
	}
	if c.Session != v.SessionID || h.cfg.Now().Sub(v.AuthenticatedAt) > Recent {
		return nil, notRecent
	}
	made, err := h.passkeys.FinishEnrolment(c.Pending, v.AccountID[:], response)
	if err != nil {
		return nil, h.passkeyError(r, err)
	}
	return map[string]string{"location": local("")}, h.cfg.Operations.InTx(viewer.NewContext(r.Context(), v), func(ctx context.Context) error {
		return h.cfg.Accounts.AddPasskey(ctx, schematype.Legible(name, 100), made)
	})
}

// passkeysOf returns the passkeys of an account.
func (h *Handler) passkeysOf(ctx context.Context, account uuid.UUID) ([]passkey.Credential, error) {
	client := h.cfg.DB.Client(ctx)
	a, err := client.Account.Query().Where(entaccount.ID(account)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := client.Passkey.Query().Where(entpasskey.CompanyID(a.CompanyID), entpasskey.AccountID(a.ID)).Limit(maxPasskeys).All(ctx)
	found := make([]passkey.Credential, len(rows))
	for i, k := range rows {
		found[i] = passkey.Credential{
			ID: k.CredentialID, PublicKey: k.PublicKey, SignCount: uint32(k.SignCount), AAGUID: k.Aaguid, Transports: k.Transports,
			BackupEligible: k.BackupEligible, BackedUp: k.BackedUp,
		}
	}
	return found, err
}

// passkeyError is what the page shows of an error. Unknown passkeys, those of ended
// accounts and wrong responses have one answer.
func (h *Handler) passkeyError(r *http.Request, err error) error {
	if errors.Is(err, passkey.ErrExpired) {
		return passkeyExpired
	}
	_, refused := errors.AsType[*notAdmitted](err)
	if refused || err == linkOver || errors.Is(err, passkey.ErrInvalid) || errors.Is(err, passkey.ErrUnknown) || errors.Is(err, passkey.ErrCloned) {
		h.attempts.failed(h, r, "", err.Error())
		return passkeyInvalid
	}
	return err
}

// enrolment is the page that makes a passkey.
type enrolment struct {
	First bool // the account has none yet
	Works bool // passkeys work at this address
}

func (h *Handler) showEnrolment(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := h.session(w, r)
	if !ok || err != nil {
		return err
	}
	existing, err := h.passkeysOf(r.Context(), v.AccountID)
	if err != nil {
		return err
	}
	if h.cfg.Now().Sub(v.AuthenticatedAt) > Recent {
		http.Redirect(w, r, "/signin/again?return=/console/account", http.StatusSeeOther)
		return nil
	}
	return h.pages.write(w, r, http.StatusOK, "enrol", enrolment{First: len(existing) == 0, Works: h.passkeys != nil})
}

// acceptWithPasskey makes the account of an invitation and its session; the passkey
// is made next.
func (h *Handler) acceptWithPasskey(w http.ResponseWriter, r *http.Request) error {
	page, digest, err := h.openInvitation(r)
	if err != nil {
		return err
	}
	var secret auth.Secret
	err = h.cfg.Operations.InTx(r.Context(), func(ctx context.Context) error {
		i, err := h.cfg.Accounts.OpenInvitation(ctx, page.Company.ID, digest)
		if err != nil {
			return overIfNotFound(err)
		}
		a, err := h.cfg.Accounts.Create(ctx, &ent.Account{CompanyID: i.CompanyID, Name: invitedName(i), Mail: i.Mail, Role: i.Role, DirectoryIds: i.DirectoryIds})
		if err != nil {
			return err
		}
		if err := h.cfg.Accounts.AcceptInvitation(ctx, a, digest); err != nil {
			return overIfNotFound(err)
		}
		secret, _, err = h.startSession(ctx, r, a, session.MethodLINK)
		return err
	})
	if err != nil {
		return err
	}
	h.signedIn(w, r, secret, page.Company.ShortName)
	http.Redirect(w, r, "/signin/passkey", http.StatusSeeOther)
	return nil
}

func invitedName(i *ent.Invitation) string {
	for _, name := range []string{i.Name, i.Mail} {
		if name != "" {
			return schematype.Legible(name, 100)
		}
	}
	return "Somebody"
}
