package scimadapter

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/internal/records"
)

// maxRequestID is the longest id of a request that can be stored, in bytes.
const maxRequestID = 64

// bulkItem is an operation of a bulk request while it is carried out.
type bulkItem struct {
	index  int // among the operations of the request
	op     bulkOperation
	result *bulkResult
	err    error
	record *records.Record
	events *feed.Events
	began  time.Time
}

func newBulkItem(index int, op bulkOperation) *bulkItem {
	op.Method = strings.ToUpper(op.Method)
	return &bulkItem{
		index: index, op: op, result: &bulkResult{Method: op.Method, BulkID: op.BulkID}, events: new(feed.Events), began: time.Now(),
		record: &records.Record{Method: records.Method(op.Method), Action: requestrecord.ActionOTHER},
	}
}

// bulkSingle carries out an operation that refers only to resources that exist
// already. It adds the resource that it creates to ids.
func (a *adapter) bulkSingle(r *request, item *bulkItem, ids map[string]string) error {
	if err := r.ctx.Err(); err != nil {
		return err // and not the error of a reference to an operation that had no time left
	}
	op, err := item.op.resolve(ids)
	if err != nil {
		return cmp.Or(a.findMissing(r, item), err)
	}
	return a.carryOut(item.withEffects(r.ctx), r, item, op, ids)
}

// findMissing returns the error of an operation whose resource does not exist. It
// comes before that of a reference in the data, as notFoundFirst has it.
func (a *adapter) findMissing(r *request, item *bulkItem) error {
	e, id, _, err := a.bulkHandler(item.op)
	if err != nil || id == "" || strings.Contains(item.op.Path, reference) {
		return nil
	}
	single := r.part(r.ctx, e, id, bulkOperation{})
	if _, err = e.item[http.MethodGet](single); err == nil || failureOf(r.ctx, err).status != http.StatusNotFound {
		return nil
	}
	item.record.Route, item.record.Action = e.route(id), e.action(item.op.Method, id)
	item.record.TargetID, item.result.Location = memberID(id), a.location(*e.resource, id)
	return err
}

// withEffects returns a context in which changes are collected as those of the
// operation.
func (item *bulkItem) withEffects(ctx context.Context) context.Context {
	ctx, item.events = feed.WithEvents(ctx)
	return item.withRequestID(ctx)
}

// withRequestID gives the operation its own request id, which connects its
// record with its changes: the id of the request and the operation's number.
func (item *bulkItem) withRequestID(ctx context.Context) context.Context {
	id := viewer.RequestID(ctx)
	number := "." + strconv.Itoa(item.index+1)
	if id == "" || len(id)+len(number) > maxRequestID {
		return ctx
	}
	return viewer.WithRequestID(ctx, id+number)
}

// carryOut runs the handler of an operation and adds the resource that it
// creates to ids.
func (a *adapter) carryOut(ctx context.Context, r *request, item *bulkItem, op bulkOperation, ids map[string]string) error {
	e, id, f, err := a.bulkHandler(op)
	if err != nil {
		return err
	}
	item.record.Route, item.record.Action = e.route(id), e.action(op.Method, id)
	item.record.TargetID, item.record.Ignored = memberID(id), nil
	if id != "" {
		item.result.Location = a.location(*e.resource, id)
	}
	single := r.part(ctx, e, id, op)
	single.record = item.record
	resp, err := f(single)
	if err != nil {
		return err
	}
	item.result.Status, item.result.Version = strconv.Itoa(resp.status), resp.version
	if resp.location != "" {
		item.result.Location = resp.location
		ids[op.BulkID] = resp.location[strings.LastIndexByte(resp.location, '/')+1:]
	}
	return nil
}

// part returns the request that an operation describes.
func (r *request) part(ctx context.Context, e endpoint, id string, op bulkOperation) *request {
	single := &request{
		ctx: ctx, directoryID: r.directoryID, id: id, header: make(http.Header), params: make(url.Values), body: op.Data,
		projection: parseProjection(*e.resource, true, []string{"id"}), // so that the answer has a version
	}
	if op.Version != "" {
		single.header.Set("If-Match", op.Version)
	}
	return single
}

var errCircle = fault(http.StatusConflict, "", "an operation failed that refers to this one, and this one to it")

// bulkCircle creates resources that refer to each other, all or none: first
// without these references, then with them (RFC 7644 §3.7.1). An impossible
// circle, such as groups that contain each other, is 409.
func (a *adapter) bulkCircle(r *request, items []*bulkItem, ids map[string]string) {
	var current *bulkItem
	var created map[string]string
	err := a.ops.InTx(r.ctx, func(ctx context.Context) error {
		created = maps.Clone(ids)
		watched := make([]context.Context, len(items))
		for i := range items {
			current, watched[i] = items[i], items[i].withEffects(ctx)
			op, err := current.op.without(items).resolve(created)
			if err == nil {
				err = a.carryOut(watched[i], r, current, op, created)
			}
			if err != nil {
				return err
			}
		}
		for i := range items {
			current = items[i]
			if err := a.complete(watched[i], r, current, created); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		maps.Copy(ids, created)
		return
	}
	for _, item := range items {
		item.err = errCircle
		item.result.Version, item.result.Location, item.record.TargetID = "", "", uuid.Nil
	}
	current.err = err
}

// complete adds the references of an operation to the resource it created.
func (a *adapter) complete(ctx context.Context, r *request, item *bulkItem, ids map[string]string) error {
	op, err := item.op.resolve(ids)
	if err != nil {
		return err
	}
	op.Method, op.Path = http.MethodPut, op.Path+"/"+ids[op.BulkID]
	e, id, f, err := a.bulkHandler(op)
	if err != nil {
		return err
	}
	resp, err := f(r.part(ctx, e, id, op))
	if errors.Is(err, member.ErrCycle) {
		return fault(http.StatusConflict, "", "%s", member.ErrCycle.Message)
	}
	if err != nil {
		return err
	}
	item.result.Version = resp.version
	return nil
}

// finish puts the outcome of an operation into the answer and into its record.
func (item *bulkItem) finish(r *request) {
	status, _ := strconv.Atoi(item.result.Status)
	var f *failure
	if item.err != nil {
		f = failureOf(r.ctx, item.err)
		logFailure(r.ctx, f, item.err)
		body := f.body()
		item.result.Response, item.result.Status = &body, body.Status
	}
	if r.recordPart == nil {
		return
	}
	completeRecord(item.record, status, f, item.events.All(), time.Since(item.began))
	r.recordPart(item.withRequestID(r.ctx), item.record)
}
