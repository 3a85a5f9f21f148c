package io.redisbroker.autoconfigure;

import java.lang.reflect.Type;

import io.redisbroker.converter.PayloadFormat;
import tools.jackson.dataformat.cbor.CBORMapper;

import org.springframework.stereotype.Component;
import org.springframework.util.MimeType;

/**
 * The example of the documentation.
 */
@Component
class CborFormat implements PayloadFormat {

	private final CBORMapper cbor = CBORMapper.builder().findAndAddModules().build();

	@Override
	public MimeType contentType() {
		return MimeType.valueOf("application/cbor");
	}

	@Override
	public boolean supports(Class<?> type) {
		return type != String.class;
	}

	@Override
	public byte[] encode(Object payload) {
		return this.cbor.writeValueAsBytes(payload);
	}

	@Override
	public Object decode(byte[] payload, Type type) {
		return this.cbor.readValue(payload, this.cbor.constructType(type));
	}

}
