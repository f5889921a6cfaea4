"""A KMS client with Ed25519 keys: moto has none yet; tests/whole asks the embedded AWS, which has."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POLICY = '{"Statement": []}'


class Kms:
    """Answers as KMS does, by the names of its API; a key is made when it is first asked for."""

    def __init__(self) -> None:
        self.keys: dict[str, Ed25519PrivateKey] = {}
        self.policies: dict[str, str] = {}
        self.deleted: dict[str, int] = {}
        self.broken = False

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        """The public half in DER."""
        public = self._key(KeyId).public_key()
        return {"PublicKey": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803
        """A pure Ed25519 signature."""
        assert (MessageType, SigningAlgorithm) == ("RAW", "ED25519_SHA_512") and len(Message) <= 4096
        return {"Signature": self._key(KeyId).sign(Message)}

    def get_key_policy(self, *, KeyId: str, PolicyName: str) -> dict[str, Any]:  # noqa: N803
        """The policy that a key was made with."""
        assert PolicyName == "default"
        return {"Policy": self.policies.get(KeyId, POLICY)}

    def create_key(self, *, KeySpec: str, KeyUsage: str, Policy: str, Description: str) -> dict[str, Any]:  # noqa: N803
        """Another key."""
        assert (KeySpec, KeyUsage, bool(Description)) == ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", True)
        arn = f"arn:made-{len(self.keys)}"
        self._key(arn)
        self.policies[arn] = Policy
        return {"KeyMetadata": {"Arn": arn}}

    def schedule_key_deletion(self, *, KeyId: str, PendingWindowInDays: int) -> None:  # noqa: N803
        """Not before a week."""
        self.deleted[KeyId] = PendingWindowInDays

    def _key(self, key_id: str) -> Ed25519PrivateKey:
        if self.broken:
            raise ConnectionError("KMS cannot be reached")
        return self.keys.setdefault(key_id, Ed25519PrivateKey.generate())
