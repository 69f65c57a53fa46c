package signin

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/ent/schematype"
)

// companyForm is the page that asks for a company.
type companyForm struct {
	ShortName string // as typed
	Last      string // the company that was signed in to last
	Return    string // where to go afterwards
	Wrong     bool   // what was typed can be no short name
	Empty     bool   // the installation has no account yet
}

func (h *Handler) askCompany(w http.ResponseWriter, r *http.Request) error {
	there, err := h.cfg.DB.Client(r.Context()).Account.Query().Exist(r.Context())
	if err != nil {
		return err
	}
	return h.pages.write(w, r, http.StatusOK, "company", companyForm{Last: lastCompany(r), Return: r.URL.Query().Get("return"), Empty: !there})
}

func (h *Handler) chooseCompany(w http.ResponseWriter, r *http.Request) error {
	if r.ParseForm() != nil {
		return badForm
	}
	name, back := strings.TrimSpace(r.PostForm.Get("company")), r.PostForm.Get("return")
	if schematype.IsShortName(name) != nil {
		return h.pages.write(w, r, http.StatusUnprocessableEntity, "company", companyForm{ShortName: name, Return: back, Wrong: true})
	}
	http.Redirect(w, r, "/of/"+url.PathEscape(name)+query(back), http.StatusSeeOther)
	return nil
}

// query is the part of an address that says where to go afterwards.
func query(back string) string {
	if back = local(back); back == local("") {
		return ""
	}
	return "?return=" + url.QueryEscape(back)
}

// methods are the ways to sign in to a company. An unknown name has those of a
// company without identity providers, so that nobody learns which names exist.
type methods struct {
	ShortName string // as typed
	Name      string // of the company, where it has providers
	Providers []*ent.IdentityProvider
	Return    string
}

// Initials are the first letters of the first two words of the company's name.
func (m methods) Initials() string { return initials(m.Name) }

// Query is the part of addresses that says where to go afterwards.
func (m methods) Query() string { return query(m.Return) }

func (h *Handler) showCompany(w http.ResponseWriter, r *http.Request) error {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return err
	}
	typed := r.PathValue("company")
	c, providers, err := h.findCompany(r.Context(), typed)
	if err != nil {
		return err
	}
	m := methods{ShortName: typed, Providers: providers, Return: r.URL.Query().Get("return")}
	if len(providers) > 0 {
		m.Name = c.Name
	} else if h.attempts.looks.Take(h.attempts.network(h, r), 1) > 0 {
		h.attempts.log(h, r, "too many names")
		return tooMany
	}
	return h.pages.write(w, r, http.StatusOK, "methods", m)
}

// findCompany returns a company by its short name, and who signs its people in. It
// asks the same of the database whether there is one or not. c is nil if not.
func (h *Handler) findCompany(ctx context.Context, shortName string) (c *ent.Company, providers []*ent.IdentityProvider, err error) {
	client := h.cfg.DB.Client(ctx)
	found, err := client.Company.Query().Where(company.ShortNameKey(schematype.Fold(shortName)), company.StateEQ(company.StateACTIVE)).All(ctx)
	if err != nil {
		return nil, nil, err
	}
	c = &ent.Company{}
	if len(found) > 0 {
		c = found[0]
	}
	providers, err = client.IdentityProvider.Query().
		Where(identityprovider.CompanyID(c.ID), identityprovider.StateEQ(identityprovider.StateACTIVE)).
		Order(identityprovider.ByID()).Limit(maxProviders).All(ctx)
	if len(found) == 0 {
		c = nil
	}
	return c, providers, err
}

// maxProviders is how many identity providers a page shows.
const maxProviders = 20

func initials(name string) string {
	var letters []rune
	for word := range strings.FieldsSeq(name) {
		if len(letters) < 2 {
			letters = append(letters, []rune(strings.ToUpper(word))[0])
		}
	}
	return string(letters)
}
