package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/generated"
	"github.com/feddir/feddir/graph/model"
)

func (r *addGroupMembersPayloadResolver) Group(ctx context.Context, obj *model.AddGroupMembersPayload) (*ent.Group, error) {
	return r.FindGroup(ctx, obj.GroupID)
}

func (r *groupResolver) Directory(ctx context.Context, obj *ent.Group) (*ent.Directory, error) {
	return r.directoryOf(ctx, obj.DirectoryID)
}

func (r *groupResolver) Members(ctx context.Context, obj *ent.Group, after *string, first *int, before *string, last *int) (*model.MembershipConnection, error) {
	return r.membersOfGroup(ctx, obj, pageArgs{after, first, before, last})
}

func (r *membershipResolver) Group(ctx context.Context, obj *ent.Membership) (*ent.Group, error) {
	return r.groupOf(ctx, obj)
}

func (r *membershipResolver) Member(ctx context.Context, obj *ent.Membership) (model.GroupMember, error) {
	return r.memberOf(ctx, obj)
}

func (r *mutationResolver) CreateGroup(ctx context.Context, input model.CreateGroupInput) (*model.CreateGroupPayload, error) {
	payload, err := once(ctx, r, "createGroup", input, func(ctx context.Context) (*model.CreateGroupPayload, error) {
		g, err := r.createGroup(ctx, input)
		return &model.CreateGroupPayload{Group: g}, err
	})
	return payload, r.nameMissing(ctx, err)
}

func (r *mutationResolver) UpdateGroup(ctx context.Context, input model.UpdateGroupInput) (*model.UpdateGroupPayload, error) {
	return once(ctx, r, "updateGroup", input, func(ctx context.Context) (*model.UpdateGroupPayload, error) {
		g, err := r.updateGroup(ctx, input)
		return &model.UpdateGroupPayload{Group: g}, err
	})
}

func (r *mutationResolver) DeleteGroup(ctx context.Context, input model.DeleteGroupInput) (*model.DeleteGroupPayload, error) {
	return once(ctx, r, "deleteGroup", input, func(ctx context.Context) (*model.DeleteGroupPayload, error) {
		return &model.DeleteGroupPayload{DeletedID: input.ID}, r.deleteGroup(ctx, input.ID, input.Version)
	})
}

func (r *mutationResolver) AddGroupMembers(ctx context.Context, input model.AddGroupMembersInput) (*model.AddGroupMembersPayload, error) {
	payload, err := once(ctx, r, "addGroupMembers", input, func(ctx context.Context) (*model.AddGroupMembersPayload, error) {
		n, err := r.addMembers(ctx, input.GroupID, input.MemberIds)
		return &model.AddGroupMembersPayload{GroupID: input.GroupID, Added: n}, err
	})
	return payload, r.nameMissing(ctx, err)
}

func (r *mutationResolver) RemoveGroupMembers(ctx context.Context, input model.RemoveGroupMembersInput) (*model.RemoveGroupMembersPayload, error) {
	return once(ctx, r, "removeGroupMembers", input, func(ctx context.Context) (*model.RemoveGroupMembersPayload, error) {
		n, err := r.removeMembers(ctx, input.GroupID, input.MemberIds)
		return &model.RemoveGroupMembersPayload{GroupID: input.GroupID, Removed: n}, err
	})
}

func (r *mutationResolver) ReplaceGroupMembers(ctx context.Context, input model.ReplaceGroupMembersInput) (*model.ReplaceGroupMembersPayload, error) {
	payload, err := once(ctx, r, "replaceGroupMembers", input, func(ctx context.Context) (*model.ReplaceGroupMembersPayload, error) {
		added, removed, err := r.replaceMembers(ctx, input.GroupID, input.MemberIds)
		return &model.ReplaceGroupMembersPayload{GroupID: input.GroupID, Added: added, Removed: removed}, err
	})
	return payload, r.nameMissing(ctx, err)
}

func (r *queryResolver) Group(ctx context.Context, by model.GroupBy) (*ent.Group, error) {
	switch {
	case by.ID != nil:
		return orNull(r.FindGroup(ctx, *by.ID))
	case by.DisplayName != nil:
		return r.groupWhere(ctx, by.DisplayName.DirectoryID, model.GroupWhereInput{DisplayName: &by.DisplayName.DisplayName})
	case by.ExternalID != nil:
		return r.groupWhere(ctx, by.ExternalID.DirectoryID, model.GroupWhereInput{ExternalID: &by.ExternalID.ExternalID})
	}
	return nil, failf(CodeInvalid, "by", "name the group by one of id, displayName and externalId")
}

func (r *queryResolver) Groups(ctx context.Context, directoryID *uuid.UUID, after *string, first *int, before *string, last *int, orderBy *model.GroupOrder, where *model.GroupWhereInput) (*model.GroupConnection, error) {
	return r.groupsConnection(ctx, directoryID, pageArgs{after, first, before, last}, orderBy, where)
}

func (r *removeGroupMembersPayloadResolver) Group(ctx context.Context, obj *model.RemoveGroupMembersPayload) (*ent.Group, error) {
	return r.FindGroup(ctx, obj.GroupID)
}

func (r *replaceGroupMembersPayloadResolver) Group(ctx context.Context, obj *model.ReplaceGroupMembersPayload) (*ent.Group, error) {
	return r.FindGroup(ctx, obj.GroupID)
}

func (r *Resolver) AddGroupMembersPayload() generated.AddGroupMembersPayloadResolver {
	return &addGroupMembersPayloadResolver{r}
}

func (r *Resolver) Group() generated.GroupResolver { return &groupResolver{r} }

func (r *Resolver) Membership() generated.MembershipResolver { return &membershipResolver{r} }

func (r *Resolver) RemoveGroupMembersPayload() generated.RemoveGroupMembersPayloadResolver {
	return &removeGroupMembersPayloadResolver{r}
}

func (r *Resolver) ReplaceGroupMembersPayload() generated.ReplaceGroupMembersPayloadResolver {
	return &replaceGroupMembersPayloadResolver{r}
}

type addGroupMembersPayloadResolver struct{ *Resolver }
type groupResolver struct{ *Resolver }
type membershipResolver struct{ *Resolver }
type removeGroupMembersPayloadResolver struct{ *Resolver }
type replaceGroupMembersPayloadResolver struct{ *Resolver }
