"""The Python side: publishes and consumes as dkist_processing_core.failure_callback and its readers do.

usage: talus_peer.py publish|consume PORT USER PASSWORD
publish: prints the body it has sent (JSON on stdin: the fields); consume: prints one received message as JSON.
"""
import json
import sys
from typing import Type

from talus import Binding
from talus import ConnectionRetryerFactory
from talus import ConsumeMessageBase
from talus import ConsumerConnectionParameterFactory
from talus import DurableConsumer
from talus import DurableProducer
from talus import Exchange
from talus import MessageBodyBase
from talus import ProducerConnectionParameterFactory
from talus import PublishMessageBase
from talus import Queue


class RecipeRunFailureMessageBody(MessageBodyBase):
    workflowName: str
    workflowVersion: str
    taskName: str
    dagRunId: str | None = None
    logUrl: str | None = None


class RecipeRunFailureMessage(PublishMessageBase):
    message_body_cls: Type[RecipeRunFailureMessageBody] = RecipeRunFailureMessageBody
    default_routing_key: str = "recipe.run.failure.m"


class InboundFailureMessage(ConsumeMessageBase):
    message_body_cls: Type[RecipeRunFailureMessageBody] = RecipeRunFailureMessageBody


def main(mode: str, port: str, username: str, password: str) -> None:
    queue = Queue(name="recipe.run.failure.q", arguments={"x-queue-type": "classic"})
    bindings = [Binding(queue=queue, message=RecipeRunFailureMessage)]
    exchange = Exchange(name="master.direct.x")
    address = {
        "rabbitmq_host": "127.0.0.1",
        "rabbitmq_port": int(port),
        "rabbitmq_user": username,
        "rabbitmq_pass": password,
    }
    retryer = ConnectionRetryerFactory()
    if mode == "publish":
        parameters = ProducerConnectionParameterFactory(
            **address, connection_name="dkist-processing-core-producer"
        )
        message = RecipeRunFailureMessage(json.load(sys.stdin))
        with DurableProducer(
            queue_bindings=bindings,
            publish_exchange=exchange,
            connection_parameters=parameters,
            connection_retryer=retryer,
        ) as producer:
            producer.publish(message)
        sys.stdout.write(message.body.model_dump_json())
        return
    parameters = ConsumerConnectionParameterFactory(**address, connection_name="reader")
    with DurableConsumer(
        consume_queue=queue, connection_parameters=parameters, connection_retryer=retryer
    ) as consumer:
        for method, properties, body in consumer.consume_generator(auto_ack=True, inactivity_timeout=5):
            if method is None:
                raise SystemExit("no message")
            inbound = InboundFailureMessage(method, properties, body)
            own = RecipeRunFailureMessageBody(
                **{name: getattr(inbound.body, name) for name in RecipeRunFailureMessageBody.model_fields}
            )
            json.dump({"firstSix": own.model_dump_json(), "routingKey": method.routing_key}, sys.stdout)
            return


main(*sys.argv[1:])
