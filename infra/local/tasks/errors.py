"""What this server answers when it cannot do what was asked."""

import grpc


class Refusal(Exception):
    """A call that is answered with a status of gRPC other than OK."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @classmethod
    def invalid(cls, message: str) -> "Refusal":
        return cls(grpc.StatusCode.INVALID_ARGUMENT, message)

    @classmethod
    def missing(cls, message: str) -> "Refusal":
        return cls(grpc.StatusCode.NOT_FOUND, message)

    @classmethod
    def taken(cls, message: str) -> "Refusal":
        return cls(grpc.StatusCode.ALREADY_EXISTS, message)

    @classmethod
    def absent(cls, message: str) -> "Refusal":
        """Part of the real service, not of this one."""
        return cls(grpc.StatusCode.UNIMPLEMENTED, message)
