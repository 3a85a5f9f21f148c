package io.redisbroker.sample;

import java.net.URI;

import io.redisbroker.send.RedisBroker;
import io.redisbroker.send.StreamSender;
import jakarta.validation.Valid;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Adds orders to the stream, and returns their state.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final StreamSender orders;

	private final OrderLog log;

	OrderController(RedisBroker broker, OrderLog log) {
		this.orders = broker.stream("orders");
		this.log = log;
	}

	@PostMapping
	ResponseEntity<OrderStatus> place(@Valid @RequestBody Order order) {
		String id = this.orders.send(order);
		this.log.placed(id, order);
		return ResponseEntity.created(URI.create("/orders/" + id)).body(OrderStatus.placed(id, order));
	}

	@GetMapping("/{id}")
	ResponseEntity<OrderStatus> status(@PathVariable String id) {
		return ResponseEntity.of(this.log.find(id));
	}

}
