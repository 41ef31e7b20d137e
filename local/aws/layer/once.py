"""What moto works out anew on every call though it is always the same, worked out once: more than half of its time."""

from functools import cache

from moto.core import responses
from moto.core.errors import ErrorLookupFactory
from moto.moto_server.werkzeug_app import DomainDispatcherApplication


def install(dispatcher: DomainDispatcherApplication) -> None:
    # Looks through the folders of all services.
    dispatcher.get_backend_for_host = cache(dispatcher.get_backend_for_host)
    responses.method_names_from_class = cache(responses.method_names_from_class)
    ErrorLookupFactory._create_error_lut = staticmethod(cache(ErrorLookupFactory._create_error_lut))
