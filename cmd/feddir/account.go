package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

const accountUsage = `Usage: feddir account create | list | link | disable [flags]

An account is a person who signs in to one company. There are no passwords: a
link signs in once, for the first time, for recovery, and for programs.

  feddir account create    create an account
  feddir account list      list accounts
  feddir account link      print a link that signs in once
  feddir account disable   let an account sign in no more, and end its sessions

feddir account COMMAND --help explains each command. Changes take effect in
running servers within a second.
`

var accountActions = actions{
	"account", "accounts", "create, list, link or disable", accountUsage,
	map[string]action{"create": accountCreate, "list": accountList, "link": accountLink, "disable": accountDisable},
}

// accountFlags are the flags of the commands about accounts.
type accountFlags struct {
	*command.Command
	where   installationFlags
	company *string
	json    *bool
}

func newAccountCommand(name, usage string, getenv func(string) string, stdout io.Writer) *accountFlags {
	c := command.New("account "+name, usage, getenv, stdout)
	return &accountFlags{
		Command: c, where: installation(c),
		company: c.String("company", "", "short `name` of the company; not needed if there is only one"),
		json:    c.Bool("json", false, "print JSON"),
	}
}

// do runs f as the operator on the company.
func (c *accountFlags) do(ctx context.Context, f func(ctx context.Context, op *operator, c *ent.Company) error) error {
	return c.where.operate(ctx, func(ctx context.Context, op *operator) error {
		owner, err := op.company(ctx, *c.company)
		if err != nil {
			return err
		}
		return f(ctx, op, owner)
	})
}

// listedAccount is an account as the commands print it.
type listedAccount struct {
	ID           uuid.UUID     `json:"id"`
	Name         string        `json:"name"`
	Mail         string        `json:"mail,omitempty"`
	Role         viewer.Role   `json:"role"`
	State        account.State `json:"state"`
	LastSignInAt *time.Time    `json:"lastSignInAt,omitempty"`
	Link         string        `json:"link,omitempty"` // that signs in once
	LinkUntil    *time.Time    `json:"linkUntil,omitempty"`
}

func listedAccountOf(a *ent.Account) listedAccount {
	return listedAccount{ID: a.ID, Name: a.Name, Mail: a.Mail, Role: a.Role, State: a.State, LastSignInAt: a.LastSignInAt}
}

const accountCreateUsage = `account create --name NAME --role ROLE [flags]

Creates an account and prints a link that signs in to it once, for 30 minutes.

Examples:
  feddir account create --company harbor --name "Ada Roth" --role admin --mail ada@harbor.example`

func accountCreate(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	c := newAccountCommand("create", accountCreateUsage, getenv, stdout)
	name := c.String("name", "", "`name` of the person")
	mail := c.String("mail", "", "mail `address` for notices")
	role := c.String("role", "", "`role`: owner, admin, auditor or reader")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	r := viewer.Role(strings.ToUpper(*role))
	switch {
	case *name == "":
		return command.Wrongf("--name is missing; see feddir account create --help")
	case !slices.Contains(viewer.Roles, r):
		return command.Wrongf("--role must be owner, admin, auditor or reader")
	}
	var made listedAccount
	err := c.do(ctx, func(ctx context.Context, op *operator, company *ent.Company) error {
		a, err := op.resolver.Accounts().Create(ctx, &ent.Account{CompanyID: company.ID, Name: *name, Mail: *mail, Role: r})
		if err != nil {
			return err
		}
		made, err = op.link(ctx, a)
		return err
	})
	if err != nil {
		return err
	}
	return printLink(stdout, made, *c.json)
}

const accountListUsage = `account list [flags]

Lists the accounts of a company by name.

Examples:
  feddir account list --company harbor --json`

func accountList(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	c := newAccountCommand("list", accountListUsage, getenv, stdout)
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	all := []listedAccount{}
	err := c.do(ctx, func(ctx context.Context, op *operator, company *ent.Company) error {
		found, err := op.client.Account.Query().Where(account.CompanyID(company.ID)).Order(account.ByNameKey(), account.ByID()).All(ctx)
		for _, a := range found {
			all = append(all, listedAccountOf(a))
		}
		return err
	})
	if err != nil {
		return err
	}
	if *c.json {
		return command.PrintJSON(stdout, all)
	}
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tNAME\tROLE\tSTATE\tLAST SIGN-IN")
	for _, a := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", a.ID, a.Name, a.Role, a.State, moment(a.LastSignInAt))
	}
	return t.Flush()
}

const accountLinkUsage = `account link (--account ACCOUNT | --owner NAME) [flags]

Prints a link that signs in to an account once, for 30 minutes. With --owner it
creates the first owner of a company that has no account, such as one that
feddir setup made.

Examples:
  feddir account link --company harbor --account "Ada Roth"
  feddir account link --company harbor --owner "Ada Roth" --base-url https://directory.example.com`

func accountLink(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	c := newAccountCommand("link", accountLinkUsage, getenv, stdout)
	which := c.String("account", "", "name or id of the `account`")
	owner := c.String("owner", "", "`name` of the first owner, who is created")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	if (*which == "") == (*owner == "") {
		return command.Wrongf("give --account, or --owner for a company without accounts; see feddir account link --help")
	}
	var made listedAccount
	err := c.do(ctx, func(ctx context.Context, op *operator, company *ent.Company) error {
		a, err := op.accountToLink(ctx, company, *which, *owner)
		if err != nil {
			return err
		}
		made, err = op.link(ctx, a)
		return err
	})
	if err != nil {
		return err
	}
	return printLink(stdout, made, *c.json)
}

const accountDisableUsage = `account disable --account ACCOUNT [flags]

Lets an account sign in no more and ends its sessions. The last owner of a company
cannot be disabled.

Examples:
  feddir account disable --company harbor --account "Ada Roth"`

func accountDisable(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	c := newAccountCommand("disable", accountDisableUsage, getenv, stdout)
	which := c.String("account", "", "name or id of the `account`")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	if *which == "" {
		return command.Wrongf("--account is missing: the account's name or id, as feddir account list has it")
	}
	var disabled listedAccount
	err := c.do(ctx, func(ctx context.Context, op *operator, company *ent.Company) error {
		a, err := op.account(ctx, company, *which)
		if err != nil {
			return err
		}
		a, err = op.resolver.Accounts().Disable(ctx, a)
		if err == nil {
			disabled = listedAccountOf(a)
		}
		return err
	})
	if err != nil {
		return err
	}
	if *c.json {
		return command.PrintJSON(stdout, disabled)
	}
	_, err = fmt.Fprintf(stdout, "%s (%s) signs in no more\n", disabled.Name, disabled.ID)
	return err
}

// account returns the account of a company with an id or name.
func (op *operator) account(ctx context.Context, c *ent.Company, meant string) (*ent.Account, error) {
	where := account.NameKey(schematype.Fold(meant))
	if id := schematype.ParseID(meant, schematype.TypeAccount); id != uuid.Nil {
		where = account.ID(id)
	}
	found, err := op.client.Account.Query().Where(account.CompanyID(c.ID), where).Limit(2).All(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fmt.Errorf("company %s has no account %q; see feddir account list", c.ShortName, meant)
	case len(found) > 1:
		return nil, fmt.Errorf("several accounts have the name %q; name one by its id, as feddir account list has it", meant)
	}
	return found[0], nil
}

// accountToLink returns the account that is meant, or the first owner, who is made.
func (op *operator) accountToLink(ctx context.Context, c *ent.Company, meant, owner string) (*ent.Account, error) {
	if owner == "" {
		return op.account(ctx, c, meant)
	}
	there, err := op.client.Account.Query().Where(account.CompanyID(c.ID)).Exist(ctx)
	if err != nil {
		return nil, err
	}
	if there {
		return nil, fmt.Errorf("company %s has accounts already; name one with --account, or use feddir account create", c.ShortName)
	}
	return op.resolver.Accounts().Create(ctx, &ent.Account{CompanyID: c.ID, Name: owner, Role: viewer.Owner})
}

// link makes a link that signs in to an account once.
func (op *operator) link(ctx context.Context, a *ent.Account) (listedAccount, error) {
	address, until, err := op.resolver.Accounts().Link(ctx, a)
	made := listedAccountOf(a)
	made.Link, made.LinkUntil = address, &until
	return made, err
}

func printLink(w io.Writer, a listedAccount, asJSON bool) error {
	if asJSON {
		return command.PrintJSON(w, a)
	}
	_, err := fmt.Fprintf(w, "%s, %s of the company, signs in with this link. It works once, until %s:\n\n    %s\n\n",
		a.Name, strings.ToLower(string(a.Role)), moment(a.LinkUntil), a.Link)
	return err
}
