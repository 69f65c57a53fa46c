package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/generated"
	"github.com/feddir/feddir/graph/model"
)

func (r *mutationResolver) CreateUser(ctx context.Context, input model.CreateUserInput) (*model.CreateUserPayload, error) {
	return once(ctx, r, "createUser", input, func(ctx context.Context) (*model.CreateUserPayload, error) {
		u, err := r.createUser(ctx, input.DirectoryID, input.UserAttributes)
		return &model.CreateUserPayload{User: u}, err
	})
}

func (r *mutationResolver) UpdateUser(ctx context.Context, input model.UpdateUserInput) (*model.UpdateUserPayload, error) {
	return once(ctx, r, "updateUser", input, func(ctx context.Context) (*model.UpdateUserPayload, error) {
		u, err := r.updateUser(ctx, input.ID, input.Version, input.Patch.Apply)
		return &model.UpdateUserPayload{User: u}, err
	})
}

func (r *mutationResolver) DeleteUser(ctx context.Context, input model.DeleteUserInput) (*model.DeleteUserPayload, error) {
	return once(ctx, r, "deleteUser", input, func(ctx context.Context) (*model.DeleteUserPayload, error) {
		return &model.DeleteUserPayload{DeletedID: input.ID}, r.deleteUser(ctx, input.ID, input.Version)
	})
}

func (r *queryResolver) User(ctx context.Context, by model.UserBy) (*ent.User, error) {
	switch {
	case by.ID != nil:
		return orNull(r.FindUser(ctx, *by.ID))
	case by.UserName != nil:
		return r.userWhere(ctx, by.UserName.DirectoryID, model.UserWhereInput{UserName: &by.UserName.UserName})
	case by.ExternalID != nil:
		return r.userWhere(ctx, by.ExternalID.DirectoryID, model.UserWhereInput{ExternalID: &by.ExternalID.ExternalID})
	}
	return nil, failf(CodeInvalid, "by", "name the user by one of id, userName and externalId")
}

func (r *queryResolver) Users(ctx context.Context, directoryID *uuid.UUID, after *string, first *int, before *string, last *int, orderBy *model.UserOrder, where *model.UserWhereInput) (*model.UserConnection, error) {
	return r.usersConnection(ctx, directoryID, pageArgs{after, first, before, last}, orderBy, where)
}

func (r *userResolver) Directory(ctx context.Context, obj *ent.User) (*ent.Directory, error) {
	return r.directoryOf(ctx, obj.DirectoryID)
}

func (r *userResolver) Manager(ctx context.Context, obj *ent.User) (*ent.User, error) {
	if obj.Manager == nil {
		return nil, nil
	}
	return r.userInDirectory(ctx, obj.DirectoryID, schematype.ParseID(*obj.Manager, schematype.TypeUser))
}

func (r *userResolver) Groups(ctx context.Context, obj *ent.User, after *string, first *int, before *string, last *int) (*model.MembershipConnection, error) {
	return r.groupsOfUser(ctx, obj, pageArgs{after, first, before, last})
}

func (r *Resolver) User() generated.UserResolver { return &userResolver{r} }

type userResolver struct{ *Resolver }
