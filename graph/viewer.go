package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/records"
)

// SCIMPath is where identity providers reach the installation, below its base URL.
const SCIMPath = "/v2"

func (c Config) scimURL() string { return c.BaseURL + SCIMPath }

// viewerOf tells who asks. What the viewer belongs to is read when asked for.
func viewerOf(ctx context.Context) (*model.Viewer, error) {
	v, ok := viewer.FromContext(ctx)
	if !ok {
		return nil, apierror.Errorf(apierror.Forbidden, "", "there is no viewer")
	}
	scopes := slices.DeleteFunc(slices.Clone(viewer.Scopes), func(s viewer.Scope) bool { return !v.May(s) })
	who := &model.Viewer{Kind: v.Kind, Scopes: scopes}
	if v.KeyID != uuid.Nil {
		who.KeyID = &v.KeyID
	}
	return who, nil
}

// subscriber returns the viewer of ctx, who must belong to a company and hold
// the scopes.
func subscriber(ctx context.Context, scopes ...viewer.Scope) (viewer.Viewer, error) {
	v, _ := viewer.FromContext(ctx)
	if v.Kind != viewer.APIKey && v.Kind != viewer.Account {
		return v, apierror.Errorf(apierror.Forbidden, "", "only the keys and accounts of a company subscribe")
	}
	for _, s := range scopes {
		if !v.MayRead(s) {
			return v, apierror.Errorf(apierror.Forbidden, "", "this needs the scope %s", s)
		}
	}
	return v, nil
}

func (r *queryResolver) serverInfo() *model.ServerInfo {
	l := r.cfg.Limits
	ofKey, ofConnection := r.streams.Bounds()
	return &model.ServerInfo{Version: r.cfg.Version, ScimURL: r.cfg.scimURL(),
		RequestRecordDays: cmp.Or(r.cfg.KeepRecords, records.DefaultKeep).Hours() / 24, ChangeDays: cmp.Or(r.cfg.KeepChanges, feed.DefaultKeep).Hours() / 24, Limits: &model.Limits{
			BodyBytes: int(l.BodyBytes), Tokens: l.Tokens, NameBytes: l.NameBytes, Depth: l.Depth, Aliases: l.Aliases,
			RootFields: l.RootFields, Fields: l.Fields, Repeats: l.Repeats, Directives: l.Directives,
			VariableDepth: l.VariableDepth, VariableValues: l.VariableValues,
			Predicates: l.Predicates, FilterDepth: l.WhereDepth, ListItems: l.ListItems, MemberIds: member.Max, OrderFields: list.MaxFields,
			PageSizeDefault: l.PageDefault, PageSizeMax: l.PageMax, Cost: l.Cost, ReadBytes: int(l.ReadBytes), Errors: l.Errors, TimeoutMs: int(l.Timeout.Milliseconds()),
			QueryCharacters: search.MaxQuery, QueryWords: search.MaxWords, Subscriptions: ofKey, ConnectionSubscriptions: ofConnection,
		}}
}
